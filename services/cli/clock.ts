import { type Command, EXIT, parsed, UsageError } from './command.ts';
import { askServer, serverUrl } from './server-request.ts';

/** `nhip clock`: shows whether the server believes its clock, and declares it to be right. */
export const clock: Command = {
  name: 'clock',
  summary: 'Show whether the clock of the server is to be believed, or accept it',
  usage: `nhip clock [accept] [--url URL]

A server that sees its clock set by more than a minute, or that starts more than a minute before its last event, takes no
event until the clock is right again. \`nhip clock accept\` declares that the clock is right as it is: check it first (\`date\`).
Where several processes run, each has its own clock: --url names the process.

NHIP_KEY holds the API key (right: admin) for a server that requires one.`,
  wrong: 'the time is not sure',
  async run(args, context) {
    const { values, positionals } = parsed(args, {
      allowPositionals: true,
      options: { url: { type: 'string' } },
    });
    const [act, ...more] = positionals;
    if (more.length > 0 || (act !== undefined && act !== 'accept'))
      throw new UsageError(`\`accept\` or nothing is expected, not ${positionals.join(' ')}`);
    const base = serverUrl(values.url, context);
    const { now, problem } =
      act === 'accept'
        ? await askServer('POST', new URL('/v1/clock/accept', base).href, context)
        : await askServer('GET', new URL('/v1/clock', base).href, context);
    context.out(problem === null ? `${now}: the time is sure` : `${now}: not sure, ${problem}`);
    return problem === null ? EXIT.well : EXIT.wrong;
  },
};
