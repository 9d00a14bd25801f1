import type { Decoded, FeedOf } from '../../../shared/contracts/decode.ts';
import type { Fault } from '../../../shared/contracts/fault.ts';
import type { LetterSeal } from '../../../shared/contracts/sealed-letter.ts';
import type { EventToRecord } from '../../../shared/contracts/stored-event.ts';
import { type Position, START } from '../../../shared/contracts/stored-event.ts';
import type { CutStream, EventStore, RecordOutcome, RecordResult } from '../../../shared/event-store/port.ts';
import type { Clock, Moment } from '../../../shared/kernel/clock.ts';
import type { DeadLetterInput, DeadLetters } from '../dead-letters/port.ts';
import { type DroppedFields, droppedNames } from './dropped-fields.ts';
import {
  DROPPED_LIMIT,
  type InputOutcome,
  type Intake,
  type IntakeInput,
  type IntakeResult,
} from './intake.ts';
import { inReceiveSpan, received } from './receive-span.ts';
import { spokenFor } from './spoken-for.ts';

export interface IntakeParts {
  readonly store: EventStore;
  readonly deadLetters: Pick<DeadLetters, 'keep'>;
  readonly droppedFields: DroppedFields;
  readonly feedOf: FeedOf;
  readonly clock: Clock;
  /** What may be kept of a refused message. */
  readonly sealed: LetterSeal;
}

interface Failure {
  readonly index: number;
  readonly input: IntakeInput;
  readonly faults: readonly Fault[];
}

/**
 * The intake over an event store. Events first, dead letters second: should the second fail, nothing has been answered, and the
 * same batch given again finds its events known and its dead letters under the same ids.
 */
export function intakeOver(parts: IntakeParts): Intake {
  const { store, deadLetters, droppedFields, clock } = parts;
  let latest = START;
  const later = (position: Position): Position => {
    if (position > latest) latest = position;
    return latest;
  };
  return {
    receive(inputs, carrier) {
      const caller = carrier.kind === 'kafka' ? undefined : carrier.caller;
      return inReceiveSpan(spokenFor(inputs, caller), carrier, (given, traceparent) =>
        recorded(given, traceparent, caller?.name),
      );
    },
  };

  async function recorded(
    inputs: readonly IntakeInput[],
    traceparent: string | undefined,
    by: string | undefined,
  ): Promise<IntakeResult> {
    const recordedAt = clock();
    const events = inputs.flatMap(({ decoded }) =>
      decoded.kind === 'event' ? [received(decoded.event, traceparent, by)] : [],
    );
    const nothing: RecordResult = { outcomes: [], position: START };
    const {
      outcomes: stored,
      position: recordedAs,
      cut,
    } = events.length > 0 ? await store.record(events, recordedAt) : nothing;
    const isNew = stored.some(({ kind }) => kind === 'recorded');
    // What the store knows already stands at an old place; and an answer that was overtaken must not seem to go back.
    const position = later(isNew ? recordedAs : await store.head());
    const outcomes = outcomesOf(inputs, stored);
    const failures = failuresOf(inputs, stored);
    const letters = [
      ...failures.map((failure) => letterOf(failure, recordedAt, parts)),
      ...lossesOf(events, recordedAt, cut),
    ];
    const ids = letters.length > 0 ? await deadLetters.keep(letters) : [];
    for (const { decoded } of inputs) if (decoded.kind === 'event') droppedFields.add(decoded.droppedFields);
    return {
      outcomes,
      accepted: count(outcomes, 'accepted'),
      duplicates: count(outcomes, 'duplicate'),
      rejected: failures.map(({ index, faults }, at) => ({ index, faults, deadLetter: ids[at] ?? '' })),
      dropped: droppedNames(droppedIn(inputs), DROPPED_LIMIT),
      position,
    };
  }
}

const OUTCOMES: Readonly<Record<RecordOutcome['kind'], InputOutcome>> = {
  recorded: 'accepted',
  duplicate: 'duplicate',
  'id-reused': 'rejected',
  'stream-full': 'rejected',
  'too-large': 'rejected',
  refused: 'rejected',
};

function* droppedIn(inputs: readonly IntakeInput[]): Generator<string> {
  for (const { decoded } of inputs) if (decoded.kind === 'event') yield* decoded.droppedFields;
}

/** What became of each input. The store's outcomes are those of the decoded events, in order. */
function outcomesOf(
  inputs: readonly IntakeInput[],
  recorded: readonly RecordOutcome[],
): readonly InputOutcome[] {
  let next = 0;
  return inputs.map(({ decoded }) => {
    const outcome = decoded.kind === 'event' ? recorded[next++] : undefined;
    return outcome ? OUTCOMES[outcome.kind] : 'rejected';
  });
}

/** What was refused: by the decoder, or by the store. */
function failuresOf(inputs: readonly IntakeInput[], recorded: readonly RecordOutcome[]): readonly Failure[] {
  let next = 0;
  return inputs.flatMap((input, index) => {
    const { decoded } = input;
    if (decoded.kind === 'invalid') return [{ index, input, faults: decoded.faults }];
    const fault = refusalOf(decoded.event, recorded[next++]);
    return fault ? [{ index, input, faults: [fault] }] : [];
  });
}

/** Why the store did not record an event, for its sender; undefined when it did. */
export function refusalOf(event: EventToRecord, outcome: RecordOutcome | undefined): Fault | undefined {
  switch (outcome?.kind) {
    case undefined:
    case 'recorded':
    case 'duplicate':
      return undefined;
    case 'id-reused':
      return idReused(event);
    case 'stream-full':
      return {
        code: 'subject-full',
        pointer: '',
        was: `one more event of ${event.stream}, which has ${outcome.events}`,
        expected: `up to ${outcome.limit} events of one dossier or document; beyond that only one that \`corrects\` another`,
      };
    case 'too-large':
      return {
        code: 'too-large',
        pointer: '',
        was: `an event of ${outcome.bytes} bytes`,
        expected: `up to ${outcome.limit}, the limit of the event store`,
      };
    case 'refused':
      return {
        code: 'store-refused',
        pointer: '',
        was: 'an event that the event store refuses',
        expected: `an event that the event store allows; its reason: ${outcome.reason.slice(0, REASON_SHOWN)}`,
      };
  }
}

/** Characters of a store's own words that a sender is shown. */
const REASON_SHOWN = 300;

/** The fault of an event whose id its source has used for other content. */
const idReused = ({ metadata }: EventToRecord): Fault => ({
  code: 'id-reused',
  pointer: '/id',
  was: JSON.stringify(metadata.sourceId),
  expected:
    'an id that this source has not used for other content (to replace an event, send a new one that `corrects` it)',
});

function letterOf(
  { input, faults }: Failure,
  receivedAt: Moment,
  { feedOf, sealed }: Pick<IntakeParts, 'feedOf' | 'sealed'>,
): DeadLetterInput {
  const { source, type } = nameOf(input.decoded);
  return {
    receivedAt,
    origin: input.origin,
    ...sealed({ raw: input.raw(), faults }, type),
    ...(source === undefined ? {} : { source, feed: feedOf(source).feed }),
    ...(type === undefined ? {} : { type }),
  };
}

/** What the store has lost of streams, as letters: there is nothing to try again, but figures of the type are incomplete. */
function lossesOf(
  events: readonly EventToRecord[],
  receivedAt: Moment,
  cut: readonly CutStream[] = [],
): readonly DeadLetterInput[] {
  return cut.map(({ stream, begins }) => {
    const type = events.find((event) => event.stream === stream)?.type;
    const fault: Fault = {
      code: 'events-lost',
      pointer: '',
      was: `${begins} events that the event store no longer has`,
      expected: 'a stream with all its events; restore them from a backup, or dismiss this letter',
    };
    return {
      receivedAt,
      origin: `store:${stream}`,
      raw: JSON.stringify({ stream, begins }),
      faults: [fault],
      ...(type === undefined ? {} : { type }),
    };
  });
}

const nameOf = (
  decoded: Decoded,
): { readonly source?: string | undefined; readonly type?: string | undefined } =>
  decoded.kind === 'invalid'
    ? { source: decoded.source, type: decoded.type }
    : { source: decoded.event.metadata.source, type: decoded.event.type };

const count = (outcomes: readonly InputOutcome[], wanted: InputOutcome): number =>
  outcomes.filter((outcome) => outcome === wanted).length;
