import { registryOf } from '../ledger/registry.ts';
import { documentBook } from './document/book.ts';
import { dossierBook } from './dossier/book.ts';
import { dutyBook } from './duty/book.ts';
import { inspectionBook } from './inspection/book.ts';
import { opportunityBook } from './opportunity/book.ts';
import { figureBook } from './period-figure/book.ts';
import { reviewBook } from './review/book.ts';
import { riskBook } from './risk/book.ts';
import { staffBook } from './staff/book.ts';

/** Every book of the ledger. A new book is one folder beside these and one entry here. */
export const books = registryOf(
  [
    dossierBook,
    documentBook,
    inspectionBook,
    figureBook,
    riskBook,
    opportunityBook,
    reviewBook,
    staffBook,
    dutyBook,
  ],
  import.meta.url,
);
