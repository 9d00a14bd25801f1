#!/usr/local/bin/node
// Stands in for curl and wget, by which images ask themselves whether they are well: the last argument is the address.
import { connect } from 'node:net';

const address = new URL(process.argv.at(-1));
if (address.pathname === '/health/live') {
  // The event store's stand-in speaks HTTP/2 alone: that it takes a connection is enough.
  connect(Number(address.port), address.hostname)
    .on('connect', () => process.exit(0))
    .on('error', () => process.exit(1));
} else {
  fetch(address).then(
    ({ ok }) => process.exit(ok ? 0 : 1),
    () => process.exit(1),
  );
}
