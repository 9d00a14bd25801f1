import type { Zone } from '../../../shared/calendar/zone.ts';
import type { Decoded, Decoder } from '../../../shared/contracts/decode.ts';
import type { Fault } from '../../../shared/contracts/fault.ts';
import { readJson } from '../../../shared/contracts/json-text.ts';
import type { LetterSeal } from '../../../shared/contracts/sealed-letter.ts';
import type { Position } from '../../../shared/contracts/stored-event.ts';
import { DVCQG_SOURCE, decodeDvcqg, statedBefore } from '../../../shared/dialects/dvcqg.ts';
import { decodeEdxml, EDXML_SOURCE } from '../../../shared/dialects/edxml/decode.ts';
import type { Translated } from '../../../shared/dialects/translated.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { refusalOf } from '../intake/intake-service.ts';
import { received } from '../intake/receive-span.ts';
import type { DeadLetter, DeadLetters } from './port.ts';

export interface RetryParts {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly decode: Decoder;
  readonly clock: Clock;
  readonly zone: Zone;
  /** What the letter may keep of a further try. */
  readonly sealed: LetterSeal;
}

export type RetryOutcome =
  | { readonly kind: 'resolved'; readonly outcome: 'accepted' | 'duplicate'; readonly position: Position }
  /** It is still not as it should be. */
  | { readonly kind: 'open'; readonly faults: readonly Fault[] }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'closed-before'; readonly state: 'resolved' | 'dismissed' }
  /** Only its beginning was kept, or nothing any more: it needs mended content. */
  | { readonly kind: 'truncated' | 'erased' }
  /** It stands for messages that are gone. */
  | { readonly kind: 'no-message' };

/**
 * Tries a dead letter again, as it came or as a person mended it: as a CloudEvent in structured form, or as the message of a
 * dialect that a letter of its feed holds. Should the process stop after an event was recorded, the letter is still
 * open, and the next try finds a duplicate.
 * @param by the key of the person, who answers for the event from now on
 * @throws StoreError
 */
export async function retryDeadLetter(
  parts: RetryParts,
  id: string,
  mended?: string,
  by?: string,
): Promise<RetryOutcome> {
  const { store, deadLetters, clock } = parts;
  const letter = await deadLetters.get(id);
  if (!letter) return { kind: 'not-found' };
  if (letter.state !== 'open') return { kind: 'closed-before', state: letter.state };
  if (letter.faults.some(({ code }) => code === 'messages-lost')) return { kind: 'no-message' };
  if (letter.erased && mended === undefined) return { kind: 'erased' };
  if (letter.truncated && mended === undefined) return { kind: 'truncated' };

  const decoded = decodedAgain(parts, letter, mended);
  const events = decoded.flatMap((one) => (one.kind === 'event' ? [received(one.event, undefined, by)] : []));
  const found = decoded.flatMap((one) => (one.kind === 'invalid' ? one.faults : []));
  const { faults } = parts.sealed({ raw: mended ?? letter.raw, faults: found }, letter.type);
  if (events.length === 0) return stillOpen(parts, id, faults.length > 0 ? faults : [NOTHING]);
  const { outcomes, position } = await store.record(events, clock());
  const refusals = events.flatMap((event, index) => refusalOf(event, outcomes[index]) ?? []);
  if (faults.length + refusals.length > 0) return stillOpen(parts, id, [...faults, ...refusals]);
  // Another caller that resolved it meanwhile did so by an event of the store, too: both are right.
  await deadLetters.tried(id, { state: 'resolved', faults: letter.faults, at: clock() });
  const isNew = outcomes.some(({ kind }) => kind === 'recorded');
  return isNew
    ? { kind: 'resolved', outcome: 'accepted', position }
    : { kind: 'resolved', outcome: 'duplicate', position: await store.head() };
}

const NOTHING: Fault = {
  code: 'data-invalid',
  pointer: '',
  was: 'a request without records',
  expected: 'a record',
};

function decodedAgain(parts: RetryParts, letter: DeadLetter, mended: string | undefined): readonly Decoded[] {
  const { decode, zone } = parts;
  const origin = mended === undefined ? letter.origin : `${letter.origin}, mended`;
  const content = mended ?? letter.raw;
  const reading = readJson(content);
  const isEvent = reading.kind === 'json' && isObject(reading.value) && 'specversion' in reading.value;
  if (letter.source === EDXML_SOURCE && !isEvent) {
    return decodedOf(decodeEdxml(Buffer.from(content), { decode, zone, origin }));
  }
  if (reading.kind === 'unparseable') return [{ kind: 'invalid', faults: [reading.fault] }];
  if (isEvent || !letter.source?.startsWith(`${DVCQG_SOURCE}/`)) return [decode(reading.value, origin)];
  const refused = readJson(letter.raw);
  const before = statedBefore(letter.source, refused.kind === 'json' ? refused.value : undefined);
  return decodedOf(decodeDvcqg(reading.value, { decode, zone, origin, ...before }));
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const decodedOf = (translated: Translated): readonly Decoded[] =>
  translated.kind === 'invalid'
    ? [{ kind: 'invalid', faults: [translated.fault] }]
    : translated.inputs.map(({ decoded }) => decoded);

async function stillOpen(
  { deadLetters, clock }: RetryParts,
  id: string,
  faults: readonly Fault[],
): Promise<RetryOutcome> {
  if (await deadLetters.tried(id, { state: 'open', faults, at: clock() })) return { kind: 'open', faults };
  // Closed or deleted by another caller while it was tried here.
  const letter = await deadLetters.get(id);
  return letter && letter.state !== 'open'
    ? { kind: 'closed-before', state: letter.state }
    : { kind: 'not-found' };
}
