import { h } from './dom.js';

/** @typedef {import('./api.js').Unit} Unit */

/** @param {readonly Unit[]} units */
export function unitNames(units) {
  const names = new Map(units.map(({ id, name }) => [id, name]));
  return {
    /** @param {string} id */
    nameOf: (id) => names.get(id) ?? id,
  };
}

/**
 * The units as a tree, each with its depth, parents before their children, alike ones by name. A unit whose parent is not
 * known stands at the top.
 * @param {readonly Unit[]} units
 * @returns {readonly { unit: Unit, depth: number }[]}
 */
export function treeOf(units) {
  const known = new Set(units.map(({ id }) => id));
  const children = Map.groupBy(units, ({ parent }) => (parent !== null && known.has(parent) ? parent : ''));
  /** @param {string} parent @param {number} depth @returns {{ unit: Unit, depth: number }[]} */
  const below = (parent, depth) =>
    (children.get(parent) ?? [])
      .toSorted((a, b) => a.id.localeCompare(b.id))
      .flatMap((unit) => [{ unit, depth }, ...below(unit.id, depth + 1)]);
  return below('', 0);
}

/** @param {readonly Unit[]} units @param {import('./words.js').Words} words */
export const unitOptions = (units, { t }) => [
  h('option', { value: '' }, t('unit.all')),
  ...treeOf(units).map(({ unit, depth }) =>
    h('option', { value: unit.id }, `${'\u00a0\u00a0\u00a0'.repeat(depth)}${unit.name}`),
  ),
];
