import type { ListedPart } from '../listed-parts.ts';

/** The parts that list subjects of books. */
export const subjectsIn = (parts: readonly ListedPart[]) => parts.filter((part) => part.kind === 'subjects');
