import { hash } from 'node:crypto';
import { isPersonRef, type PersonRef, type Seal } from '../../shared/contracts/pseudonym.ts';

/** Pseudonyms without a key, the same in each run. */
export const sealForTests: Seal = (id) =>
  isPersonRef(id) ? id : (`p-${hash('sha256', id.trim()).slice(0, 32)}` as PersonRef);
