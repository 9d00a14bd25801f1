import { documentsElectronic } from './documents-electronic.ts';
import { dossiersOnTime } from './dossiers-on-time.ts';
import type { Measure } from './measure.ts';

/** Every formula that a definition can name. */
export const MEASURES: readonly Measure[] = [dossiersOnTime, documentsElectronic];
