import { books } from '../books/registry.ts';
import type { BookRegistry } from '../ledger/registry.ts';
import type { Measure } from './measure.ts';
import { MEASURES } from './registry.ts';

/** What is counted, and how it is judged. */
export interface Catalog {
  readonly books: BookRegistry;
  readonly measures: readonly Measure[];
}

export const CATALOG: Catalog = { books, measures: MEASURES };
