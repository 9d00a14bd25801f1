import { documentView } from './documents.ts';
import { dossierView } from './dossiers.ts';
import { inspectedUnitView } from './inspected-units.ts';
import type { ItemView } from './item-view.ts';
import { periodsView } from './periods.ts';
import { staffItems } from './staff.ts';

/** How the items of each book and of each list are shown. */
export const ITEM_VIEWS: readonly ItemView[] = [
  dossierView,
  documentView,
  periodsView,
  staffItems,
  inspectedUnitView,
];
