import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export const ADDRESS_REFUSED = 'the receiver is at an address that is not public';

/** A receiver stands at an address that webhooks must not reach. The message does not name it: it is shown to holders of `duty`. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
  constructor() {
    super(ADDRESS_REFUSED);
    this.name = 'AddressRefused';
  }
}

/**
 * Addresses of public ranges at which a cloud answers its own machines: Azure's agent and name server (WireServer). The metadata
 * addresses of the other clouds stand in ranges that are not public.
 */
const PLATFORM = new Set(['168.63.129.16']);

/**
 * Whether an IP address is on the public internet: not private (RFC 1918), loopback, link-local (where cloud metadata
 * lives), carrier-grade NAT (RFC 6598), unique local (RFC 4193), multicast, reserved, nor any of these wrapped in IPv6; nor an
 * address of the cloud itself.
 */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // `process` unwraps IPv4-mapped addresses; other forms that embed an IPv4 address (6to4, NAT64, Teredo) are never `unicast`.
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || PLATFORM.has(parsed.toString())) return false;
  // 2000::/3 is all that has been given out of IPv6 for unicast (RFC 4291 §2.4); the library calls the rest unicast too.
  return parsed.kind() === 'ipv4' || parsed.match(ipaddr.parseCIDR('2000::/3'));
}

/** @throws AddressRefused when the host is written as an address that is not public. Names are judged when they resolve. */
export function refuseLiteral(hostname: string): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isPublic(host)) throw new AddressRefused();
}

/** Resolves a name as the system does. Given in tests to play a hostile name server. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for sockets that fails when any address of the name is not public. It gives the socket the very addresses it
 * judged, so a name that answers differently the next moment (DNS rebinding) gains nothing.
 */
export function publicLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isPublic(address));
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), '');
      if (refused) return callback(new AddressRefused(), '');
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };
}
