/** Whether a CloudEvents `source` is another or lies below it: `/feeds/dvcqg/H19.12` lies below `/feeds/dvcqg`, `/feeds/dvcqg-old` does not. */
export const isAtOrBelow = (source: string, above: string): boolean =>
  source === above || source.startsWith(`${above}/`);
