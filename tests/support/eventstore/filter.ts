import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from './stored-event.ts';

/** How many events the server looks at between checkpoints when the client sets no number. */
const DEFAULT_WINDOW = 32;

export interface Filter {
  readonly matches: (event: StoredEvent) => boolean;
  /** A checkpoint comes after so many events looked at; undefined without a filter. */
  readonly checkpointEvery: number | undefined;
}

export function filterOf(options: ReadReq.Options): Filter {
  const given = options.getFilter();
  if (!given) return { matches: () => true, checkpointEvery: undefined };
  const window = given.hasMax() ? given.getMax() : DEFAULT_WINDOW;
  const onType = given.getEventType();
  const expression = onType ?? given.getStreamIdentifier();
  const textOf = onType ? ({ type }: StoredEvent) => type : ({ stream }: StoredEvent) => stream;
  const prefixes = expression?.getPrefixList() ?? [];
  const regex = new RegExp(expression?.getRegex() ?? '');
  return {
    matches: (event) =>
      prefixes.length > 0
        ? prefixes.some((prefix) => textOf(event).startsWith(prefix))
        : regex.test(textOf(event)),
    checkpointEvery: window * given.getCheckpointintervalmultiplier(),
  };
}
