import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { ServiceContext } from '../platform/service.ts';
import { postgresPool } from '../sql/postgres/database.ts';
import { holdLease, type Lease } from '../sql/postgres/lease.ts';
import type { Backends } from './backends.ts';

/** Asks for the lease of a role as soon as the database is ready, on connections that no other query can keep waiting. */
export function openLease(
  role: string,
  { clock, log, closing }: ServiceContext,
  { databaseUrl, database }: Pick<Backends, 'databaseUrl' | 'database'>,
): Lease {
  const pool = postgresPool({
    url: databaseUrl,
    name: `nhip-${role}-lease`,
    connections: 2,
    log,
  });
  closing('connections of the lease', () => pool.end());
  const lease = holdLease({ pool, role, holder: `${hostname()}-${process.pid}-${randomUUID()}`, clock, log });
  closing('lease', () => lease.stop());
  database.ready.then(() => lease.start());
  return lease;
}
