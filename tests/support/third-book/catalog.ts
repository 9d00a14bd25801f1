import { ITEM_VIEWS } from '../../../services/api/app.ts';
import type { Catalog } from '../../../shared/measures/catalog.ts';
import { MEASURES } from '../../../shared/measures/registry.ts';
import { books } from './books.ts';
import { drillsInOrder } from './measure.ts';
import { workInOrder } from './two-books.ts';
import { drillView } from './view.ts';

/** One line in each registry. */
export const catalog: Catalog = { books, measures: [...MEASURES, drillsInOrder, workInOrder] };
export const views = [...ITEM_VIEWS, drillView];
