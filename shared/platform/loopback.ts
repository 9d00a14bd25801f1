/** Whether a host, as HOST or the host of a URL writes it, leads to this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

/**
 * Whether a web page of another site may stand behind a request to a server that asks for no key. Such a page can make a
 * browser on this machine send requests here (CSRF), and by giving its own name the address 127.0.0.1 read the answers too
 * (DNS rebinding); but `Origin` or `Host` (RFC 9110 §7.2, RFC 6454 §7) then names the page's site.
 */
export function isForeign({
  host,
  origin,
}: {
  host?: string | undefined;
  origin?: string | undefined;
}): boolean {
  const own = URL.parse(`http://${host ?? ''}`);
  if (!own || !isLoopback(own.hostname)) return true;
  return origin !== undefined && URL.parse(origin)?.host !== own.host;
}
