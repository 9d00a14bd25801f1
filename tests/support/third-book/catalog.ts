import { ITEM_VIEWS } from '../../../services/api/app.ts';
import type { Catalog } from '../../../shared/measures/catalog.ts';
import { MEASURES } from '../../../shared/measures/registry.ts';
import { books } from './books.ts';
import { inspectionsInOrder } from './measure.ts';
import { workInOrder } from './two-books.ts';
import { inspectionView } from './view.ts';

/** One line in each registry. */
export const catalog: Catalog = { books, measures: [...MEASURES, inspectionsInOrder, workInOrder] };
export const views = [...ITEM_VIEWS, inspectionView];
