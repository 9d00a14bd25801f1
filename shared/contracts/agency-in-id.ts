import type { UnitId } from './ids.ts';

/** Before the first comma of a document's id (a date or a counter follows), before the date of a dossier's code. */
const WITH_AGENCY = /^([^,]+)(,\d{4}-\d{2}-\d{2},.+|,\d{1,18}|-\d{6}-\d{4,})$/s;

/** The agency that the canonical id of a dossier or a document names, if it names one. */
export const agencyIn = (id: string): UnitId | undefined => WITH_AGENCY.exec(id)?.[1] as UnitId | undefined;

/** The same id under another identifier of its agency. */
export const withAgency = (id: string, agency: UnitId): string =>
  id.replace(WITH_AGENCY, (_, __, rest) => `${agency}${rest}`);

const THREE_GROUPS = /^(\d{2})\.(\d{2})\.([A-Z]\d{2})$/;

/** Whether it is of the axis of 2013 (CV 512/BTTTT): no rule says which unit that is, only a table can. */
export const isThreeGroups = (id: UnitId): boolean => THREE_GROUPS.test(id);

/** What three groups would be by the rule of thumb: turned round, groups of zeros dropped. It proposes, it does not decide. */
export function proposalFor(id: UnitId): UnitId | null {
  const groups = THREE_GROUPS.exec(id)?.slice(1).reverse();
  return groups ? (groups.filter((group) => !/^0+$/.test(group)).join('.') as UnitId) : null;
}
