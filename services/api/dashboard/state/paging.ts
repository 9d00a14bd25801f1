/** The pages of a list that only knows its next cursor: those already seen, so that the user can go back. */
export interface Paging {
  /** The cursor of each page up to the one shown; the first has none. */
  readonly cursors: readonly (string | undefined)[];
}

export const FIRST: Paging = { cursors: [undefined] };

export const cursorOf = ({ cursors }: Paging): string | undefined => cursors.at(-1);
/** Counted from 1. */
export const numberOf = ({ cursors }: Paging): number => cursors.length;
export const forward = ({ cursors }: Paging, next: string): Paging => ({ cursors: [...cursors, next] });
export const back = ({ cursors }: Paging): Paging =>
  cursors.length > 1 ? { cursors: cursors.slice(0, -1) } : FIRST;
