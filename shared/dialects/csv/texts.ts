/** The texts of a cell that lists several; none of an empty one. */
export const textsOf = (cell: string, split: string): readonly string[] =>
  cell
    .split(split)
    .map((part) => part.trim())
    .filter((part) => part !== '');
