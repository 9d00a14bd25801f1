/** Addresses of figures, lists and single things that are read from the ledger: they wait for a position. */
const OF_LEDGER =
  /^\/v1\/(objectives|cascade|article-2|duties|dossiers|documents|inspections|inspection-findings|staff|units|fields|procedures|risks|opportunities|reviews)/;

/** The address, which then waits until the ledger has everything up to a position. */
export const withMinPosition = (url: string, position: string): string =>
  `${url}${url.includes('?') ? '&' : '?'}minPosition=${position}`;

/** The same for an address that can wait and names no position itself; others stay. */
export const upToDate = (url: string, position: string): string =>
  OF_LEDGER.test(url) && !url.includes('minPosition=') ? withMinPosition(url, position) : url;
