import { books as kept } from '../../../shared/books/registry.ts';
import { registryOf } from '../../../shared/ledger/registry.ts';
import { drillBook } from './book.ts';

/** The books that are kept, and one more. */
export const books = registryOf([...kept.all, drillBook], import.meta.url);
