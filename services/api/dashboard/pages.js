/**
 * The pages of a list that only knows its next cursor: those already seen, so that one can go back.
 * @typedef {{ readonly cursors: readonly (string | undefined)[] }} Pages the cursor of each page up to the one shown; the first has none
 */

/** @type {Pages} */
export const FIRST = { cursors: [undefined] };

/** @param {Pages} pages */
export const cursorOf = ({ cursors }) => cursors.at(-1);
/** Counted from 1. @param {Pages} pages */
export const numberOf = ({ cursors }) => cursors.length;
/** @param {Pages} pages @param {string} next @returns {Pages} */
export const forward = ({ cursors }, next) => ({ cursors: [...cursors, next] });
/** @param {Pages} pages @returns {Pages} */
export const back = ({ cursors }) => (cursors.length > 1 ? { cursors: cursors.slice(0, -1) } : FIRST);
