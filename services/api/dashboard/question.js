/**
 * What the page is asked to show. It stands in the address, so that a link shows the same to somebody else.
 * @typedef {object} Question
 * @property {string} window `own`: each objective's own
 * @property {string} basis
 * @property {string} unit empty for all
 * @property {string} objective empty for the first
 * @property {string} by
 * @property {string} asOf a moment or a day, as known and as it stood then; empty for the present
 */

export const WINDOWS = [
  'own',
  'year',
  'quarter',
  'month',
  'reporting-year',
  'reporting-half',
  'reporting-quarter',
  'reporting-month',
];
export const BASES = ['adjusted', 'original'];
export const DIMENSIONS = ['unit', 'field', 'procedure', 'channel'];

/** @type {Question} */
const DEFAULTS = { window: 'own', basis: 'adjusted', unit: '', objective: '', by: 'unit', asOf: '' };

/** @param {string} search @returns {Question} what is not known there is as by default */
export function questionFrom(search) {
  const given = new URLSearchParams(search);
  /** @param {'window' | 'basis' | 'by'} name @param {readonly string[]} known */
  const oneOf = (name, known) => known.find((value) => value === given.get(name)) ?? DEFAULTS[name];
  return {
    window: oneOf('window', WINDOWS),
    basis: oneOf('basis', BASES),
    by: oneOf('by', DIMENSIONS),
    unit: given.get('unit') ?? '',
    objective: given.get('objective') ?? '',
    asOf: given.get('asOf') ?? '',
  };
}

/** @param {Question} question @returns {string} only what differs from the default */
export function searchOf(question) {
  const told = Object.entries(question).filter(
    ([name, value]) => value !== DEFAULTS[/** @type {keyof Question} */ (name)],
  );
  return told.length > 0 ? `?${new URLSearchParams(told)}` : '';
}
