import type { FileDifference } from '../../../shared/objectives/file-differences.ts';

/** A difference between a file and a server in words: a line, and one for each field. */
export function differenceLines(one: FileDifference): readonly string[] {
  switch (one.kind) {
    case 'changed':
      return [
        `${one.id} version ${one.version} differs`,
        ...one.changes.map(
          ({ pointer, before, after }) =>
            `  ${pointer}: ${JSON.stringify(before)} on the server, ${JSON.stringify(after)} in the file`,
        ),
      ];
    case 'only-in-file':
      return [`${one.id} version ${one.version} is in the file alone`];
    case 'version-not-in-file':
      return [`${one.id} version ${one.version} is on the server alone`];
    case 'not-in-file':
      return [`${one.id} is on the server alone: close it there where it has ended`];
    case 'closed':
      return [`${one.id} is closed, its last day was ${one.lastDay}: reopen it, or remove it from the file`];
  }
}
