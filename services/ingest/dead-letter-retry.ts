import type { Decoded, Decoder } from '../../shared/contracts/decode.ts';
import { type Fault, shown } from '../../shared/contracts/fault.ts';
import type { EventStore, Position } from '../../shared/event-store/port.ts';
import type { Clock } from '../../shared/platform/clock.ts';
import type { DeadLetter, DeadLetters } from './dead-letters.ts';
import { refusalOf } from './intake-service.ts';

export interface RetryParts {
  readonly store: EventStore;
  readonly deadLetters: DeadLetters;
  readonly decode: Decoder;
  readonly clock: Clock;
}

export type RetryOutcome =
  | { readonly kind: 'resolved'; readonly outcome: 'accepted' | 'duplicate'; readonly position: Position }
  /** It is still not as it should be. */
  | { readonly kind: 'open'; readonly faults: readonly Fault[] }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'resolved-before' }
  /** Only its beginning was kept: it needs mended content. */
  | { readonly kind: 'truncated' };

/**
 * Tries a dead letter again as a CloudEvent in structured form: as it came, or as a person mended it. Should the process stop
 * after the event was recorded, the letter is still open, and the next try finds a duplicate.
 * @throws StoreError
 */
export async function retryDeadLetter(parts: RetryParts, id: string, mended?: string): Promise<RetryOutcome> {
  const { store, deadLetters, decode, clock } = parts;
  const letter = await deadLetters.get(id);
  if (!letter) return { kind: 'not-found' };
  if (letter.state === 'resolved') return { kind: 'resolved-before' };
  if (letter.truncated && mended === undefined) return { kind: 'truncated' };

  const decoded = decodedAgain(decode, letter, mended);
  if (decoded.kind === 'invalid') return stillOpen(deadLetters, id, decoded.faults);
  const { outcomes, position } = await store.record([decoded.event], clock());
  const refusal = refusalOf(decoded.event, outcomes[0]);
  if (refusal) return stillOpen(deadLetters, id, [refusal]);
  // Whoever else resolved it meanwhile did so by an event of the store, too: both are right.
  await deadLetters.tried(id, { state: 'resolved', faults: letter.faults });
  return { kind: 'resolved', outcome: outcomes[0]?.kind === 'recorded' ? 'accepted' : 'duplicate', position };
}

function decodedAgain(decode: Decoder, letter: DeadLetter, mended: string | undefined): Decoded {
  try {
    const text = mended ?? new TextDecoder('utf-8', { fatal: true }).decode(letter.raw);
    const origin = mended === undefined ? letter.origin : `${letter.origin}, mended`;
    return decode(JSON.parse(text), origin);
  } catch (error) {
    const fault: Fault = {
      code: 'unparseable',
      pointer: '',
      was: shown(error instanceof Error ? error.message : String(error)),
      expected: 'a CloudEvent as JSON in UTF-8',
    };
    return { kind: 'invalid', faults: [fault] };
  }
}

async function stillOpen(
  deadLetters: DeadLetters,
  id: string,
  faults: readonly Fault[],
): Promise<RetryOutcome> {
  if (await deadLetters.tried(id, { state: 'open', faults })) return { kind: 'open', faults };
  // Resolved or deleted by somebody else while it was tried here.
  return (await deadLetters.get(id)) ? { kind: 'resolved-before' } : { kind: 'not-found' };
}
