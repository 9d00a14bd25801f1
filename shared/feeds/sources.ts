/**
 * Whether a CloudEvents `source` is another or lies below it: `/feeds/dvcqg/H19.12` lies below `/feeds/dvcqg`, `/feeds/dvcqg-old` does not, nor
 * does `/feeds/dvcqg/../office`, which a reader of the URI (RFC 3986 §5.2.4) takes for another, or a path with an empty part.
 */
export const isAtOrBelow = (source: string, above: string): boolean =>
  source === above ||
  (source.startsWith(`${above}/`) &&
    !source
      .slice(above.length + 1)
      .split('/')
      .some(isNoName));

const isNoName = (part: string): boolean => /^(?:\.|%2e){0,2}$/i.test(part);
