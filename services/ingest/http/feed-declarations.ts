import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { AuditLog } from '../../../shared/audit/audit-log.ts';
import type { Zone } from '../../../shared/calendar/zone.ts';
import type { EventKinds } from '../../../shared/contracts/event-kind.ts';
import { feedName } from '../../../shared/contracts/ids.ts';
import { identifierSchema } from '../../../shared/contracts/schema-parts.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { FeedBook } from '../../../shared/feeds/feed-book.ts';
import { feedFields, feedWritten } from '../../../shared/feeds/feeds.ts';
import { retired, saysTheSame, statementOf } from '../../../shared/feeds/file-statements.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { composed } from '../../../shared/kernel/written-text.ts';
import '../../../shared/platform/route-right.ts';
import { ProblemError, problemAnswers } from '../../../shared/platform/problem.ts';

const params = z.object({
  name: identifierSchema(500).describe('Of the feed; a slash is written `%2F`.'),
});
const statedSchema = z
  .object({ position: z.string().describe('From which on figures count by it: `minPosition`.') })
  .meta({ examples: [{ position: '5001' }] });

export interface FeedDeclarationParts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly zone: Zone;
  readonly kinds: EventKinds;
  readonly audit: Pick<AuditLog, 'record'>;
}

/** `/feeds/{name}`: declares a feed, or retires it. Each is a statement in the store, which names the key. */
export function feedDeclarationRoutes(parts: FeedDeclarationParts): FastifyPluginAsyncZod {
  const { store, clock, zone, kinds, audit } = parts;
  const book = new FeedBook(store, clock);
  return async (app) => {
    app.put(
      '/feeds/:name',
      {
        config: { right: 'admin' },
        schema: {
          tags: ['feeds'],
          operationId: 'declareFeed',
          summary: 'Declare a feed, or declare it otherwise',
          description:
            'It holds from now on, for the events of the past too; figures as of an earlier moment stay. A source that another feed names belongs to this one from then on.',
          params,
          body: z
            .strictObject(feedFields(zone, kinds))
            .meta({ examples: [{ sources: ['/one-stop/office', '/files/one-stop-2025'], rank: 1 }] }),
          response: { 200: statedSchema },
        },
      },
      async ({ params: { name }, body, caller }) => {
        const feed = feedWritten(name, { ...body, sources: [...new Set(body.sources)] }, zone);
        const data = statementOf(feed);
        const position = await book.state(() => {
          const last = book.last.get(data.name);
          return last && saysTheSame(last, data) ? [] : [{ data }];
        }, caller?.name);
        // The same request sent again, because its answer was lost.
        if (position === undefined) return { position: String(await store.head()) };
        await audit.record({ type: 'audit.feed-declared.v1', data: { ...feed } }, caller?.name);
        return { position: String(position) };
      },
    );

    app.delete(
      '/feeds/:name',
      {
        config: { right: 'admin' },
        schema: {
          tags: ['feeds'],
          operationId: 'retireFeed',
          summary: 'Retire a feed: no source belongs to it any more',
          params,
          response: { ...problemAnswers(404), 200: statedSchema },
        },
      },
      async ({ params: { name }, caller }) => {
        const wanted = feedName(composed(name));
        const position = await book.state(
          () => ((book.last.get(wanted)?.sources.length ?? 0) > 0 ? [{ data: retired(wanted) }] : []),
          caller?.name,
        );
        if (position === undefined) throw new ProblemError('not-found', `No feed ${name} is declared.`);
        await audit.record({ type: 'audit.feed-retired.v1', data: { name: wanted } }, caller?.name);
        return { position: String(position) };
      },
    );
  };
}
