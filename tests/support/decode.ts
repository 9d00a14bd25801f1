import { hash } from 'node:crypto';
import { books } from '../../shared/books/registry.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { decoder, EVENT_BYTES } from '../../shared/contracts/decode.ts';
import { feedName } from '../../shared/contracts/ids.ts';
import { isPersonRef, type PersonRef, type Seal } from '../../shared/contracts/pseudonym.ts';

/** Pseudonyms without a key, the same in each run. */
const seal: Seal = (id) =>
  isPersonRef(id) ? id : (`p-${hash('sha256', id.trim()).slice(0, 32)}` as PersonRef);

/** Decodes events of every type, also of those that name a person. */
export const decode = decoder(
  books.kinds,
  zoneOf('Asia/Ho_Chi_Minh'),
  (source) => ({ feed: feedName(source), rank: 1 }),
  EVENT_BYTES,
  seal,
);
