import { documentsElectronic } from './documents-electronic.ts';
import { dossiersOnTime } from './dossiers-on-time.ts';
import { handEnteredShare, handEnteredValue } from './hand-entered.ts';
import { inspectionCoverage } from './inspection-coverage.ts';
import type { Measure } from './measure.ts';
import { staffRatings } from './staff-rating.ts';
import { staffTitleStandard } from './staff-title-standard.ts';

/** Every formula that a definition can name. */
export const MEASURES: readonly Measure[] = [
  dossiersOnTime,
  documentsElectronic,
  staffTitleStandard,
  staffRatings,
  handEnteredShare,
  handEnteredValue,
  inspectionCoverage,
];
