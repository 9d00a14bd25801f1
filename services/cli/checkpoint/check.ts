import type { KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { StoredChain } from '../../../shared/event-store/chain.ts';
import { differenceFrom } from '../../../shared/event-store/chain-mark.ts';
import { CHECKPOINT_BYTES, readCheckpoint } from '../../../shared/event-store/signed-checkpoint.ts';
import { type Check, checkOf } from '../../../shared/ledger/verify.ts';

/**
 * Whether the links of a store are those that a signed checkpoint states. With the check of the chain itself it proves that no event up
 * to there has changed. @throws when the file cannot be read
 */
export async function checkOfCheckpoint(path: string, key: KeyObject, chain: StoredChain): Promise<Check> {
  const { size } = statSync(path);
  if (size > CHECKPOINT_BYTES) throw new Error(`${path} has ${size} bytes and is no checkpoint`);
  const reading = readCheckpoint(readFileSync(path, 'utf8'), key);
  const fault =
    reading.kind === 'refused' ? `${path}: ${reading.reason}` : await differenceFrom(chain, reading.head);
  const until = reading.kind === 'signed' ? `up to position ${reading.head.position} ` : '';
  return checkOf(
    'events: checkpoint',
    `the events ${until}are those of the signed checkpoint`,
    fault === undefined ? [] : [fault],
  );
}
