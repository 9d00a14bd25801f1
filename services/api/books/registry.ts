import type { BookView } from './book-view.ts';
import { documentView } from './documents.ts';
import { dossierView } from './dossiers.ts';

/** How each book is shown. */
export const BOOK_VIEWS: readonly BookView[] = [dossierView, documentView];
