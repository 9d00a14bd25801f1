import { registryOf } from '../ledger/registry.ts';
import { documentBook } from './document/book.ts';
import { dossierBook } from './dossier/book.ts';

/** Every book that is kept. A new one is a folder beside these and one word here. */
export const books = registryOf([dossierBook, documentBook], import.meta.url);
