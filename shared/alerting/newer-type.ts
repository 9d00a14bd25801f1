/** Why a stream cannot be read to its end: types are never removed, so a newer version wrote it. */
export const newerType = (type: string | undefined): string =>
  `this program does not know events of the type ${type}, a newer version wrote one`;
