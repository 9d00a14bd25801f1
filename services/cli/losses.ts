import { z } from 'zod';
import { lossPlace, REMOVAL_TEXT, REMOVALS } from '../../shared/contracts/lost-events.ts';
import { MOST_ACCEPTED } from '../../shared/office/loss-accepted.v1.ts';
import { type Command, EXIT, parsed, UsageError } from './command.ts';
import { allItems, request, serverUrl } from './server-request.ts';

const page = z.object({
  items: z.array(
    z.object({
      stream: z.string().nullable(),
      type: z.string(),
      before: z.int(),
      events: z.int(),
      open: z.int(),
      positions: z.object({ first: z.string(), last: z.string() }).nullable(),
      removal: z.enum(REMOVALS).nullable(),
      accepted: z.object({ at: z.string(), reason: z.string() }).nullable(),
    }),
  ),
  next: z.string().optional(),
});
type Loss = z.output<typeof page>['items'][number];

/** `nhip losses`: events that the event store has lost, and the act by which a person accepts their loss. */
export const losses: Command = {
  name: 'losses',
  summary: 'List the events that the event store has lost, or accept their loss',
  usage: `nhip losses [--url URL]
nhip losses accept --reason TEXT [--stream STREAM]... [--url URL]

Figures are \`incomplete\` while events of their types are lost: by the retention of EventStoreDB, or since a stream was
deleted. Restore them from a backup. If there is none, \`accept\` goes on without those that are listed as open, of the streams
named or of all: the audit records the key and the reason, figures carry a note, and a later loss is a doubt again.

NHIP_KEY holds the API key (right: admin) for a server that requires one. In production --url names the api.`,
  wrong: 'a loss is open: no person has accepted it',
  async run(args, context) {
    const { values, positionals } = parsed(args, {
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        reason: { type: 'string' },
        stream: { type: 'string', multiple: true },
      },
    });
    const [act, ...more] = positionals;
    if (more.length > 0 || (act !== undefined && act !== 'accept'))
      throw new UsageError(`\`accept\` or nothing is expected, not ${positionals.join(' ')}`);
    const { reason, stream: streams } = values;
    if ((act === 'accept') !== (reason !== undefined))
      throw new UsageError('`accept` and --reason TEXT go together');
    if (act === undefined && streams !== undefined) throw new UsageError('--stream goes with `accept`');
    const base = serverUrl(values.url, context);
    const all = await allItems(new URL('/v1/losses?limit=1000', base), page, context);
    const open = [...greatestOf(all, streams)].map(([stream, before]) => ({ stream, before }));
    const unknown = streams?.find((name) => !open.some(({ stream }) => stream === name));
    if (unknown !== undefined) throw new UsageError(`${unknown} has no open loss`);
    if (reason === undefined || open.length === 0) {
      for (const loss of all) context.out(lineOf(loss));
      if (all.some(({ open }) => open > 0)) return EXIT.wrong;
      context.out('no loss is open');
      return EXIT.well;
    }
    for (let from = 0; from < open.length; from += MOST_ACCEPTED) {
      const part = open.slice(from, from + MOST_ACCEPTED);
      const url = new URL('/v1/losses/acceptances', base).href;
      await request('POST', url, context, { json: { losses: part, reason } });
    }
    context.out(`${open.length} ${open.length === 1 ? 'stream' : 'streams'}: the loss is accepted`);
    return EXIT.well;
  },
};

/** The greatest revision before which events of a stream are gone, of each that is open. */
function greatestOf(
  all: readonly Loss[],
  streams: readonly string[] | undefined,
): ReadonlyMap<string, number> {
  const greatest = new Map<string, number>();
  for (const { stream, before, open } of all) {
    if (stream === null || open === 0 || streams?.includes(stream) === false) continue;
    greatest.set(stream, Math.max(before, greatest.get(stream) ?? 0));
  }
  return greatest;
}

function lineOf({ stream, type, before, events, open, positions, removal, accepted }: Loss): string {
  const places = positions ? `, positions ${positions.first} to ${positions.last}` : '';
  const why = removal === null ? '' : `, ${REMOVAL_TEXT[removal]}`;
  const act = accepted ? `accepted ${accepted.at}: ${accepted.reason}` : 'not accepted';
  return `${lossPlace(stream, before)}: ${events} ${type}${places}${why}; ${open === 0 || !accepted ? act : `${act}; ${open} more since`}`;
}
