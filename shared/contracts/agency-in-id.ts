import type { UnitId } from './ids.ts';

/** Before the first comma of a document's id (a date or a counter follows), before the date of a dossier's code. */
const WITH_AGENCY = /^([^,]+)(,\d{4}-\d{2}-\d{2},.+|,\d{1,18}|-\d{6}-\d{4,})$/s;

/** The agency in the canonical id of a dossier or a document, if there is one. */
export const agencyIn = (id: string): UnitId | undefined => WITH_AGENCY.exec(id)?.[1] as UnitId | undefined;

/** The same id under another identifier of its agency. */
export const withAgency = (id: string, agency: UnitId): string =>
  id.replace(WITH_AGENCY, (_, __, rest) => `${agency}${rest}`);

const THREE_GROUPS = /^(\d{2})\.(\d{2})\.([A-Z]\d{2})$/;

/** Whether it is an identifier of the axis of 2013 (CV 512/BTTTT): only a table can assign it to a unit. */
export const isThreeGroups = (id: UnitId): boolean => THREE_GROUPS.test(id);

/** The rule of thumb for three groups: reversed, groups of zeros dropped. It is a proposal only. */
export function proposalFor(id: UnitId): UnitId | null {
  const groups = THREE_GROUPS.exec(id)?.slice(1).reverse();
  return groups ? (groups.filter((group) => !/^0+$/.test(group)).join('.') as UnitId) : null;
}
