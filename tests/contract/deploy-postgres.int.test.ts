import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import pg from 'pg';
import { openPostgresLedgerWriter } from '../../shared/ledger/postgres/writer.ts';
import { RULES } from '../../shared/ledger/testing/contract-events.ts';
import { postgresPool } from '../../shared/sql/postgres/database.ts';
import { migrate } from '../../shared/sql/postgres/migrate.ts';
import { describeWithOwnPostgres } from '../support/postgres/describe.ts';

await describeWithOwnPostgres('the database of compose', ({ server }) => {
  it('belongs to a role that is no superuser, and that is enough for migrations and ledgers', async (t) => {
    const address = new URL(server.url);
    // The superuser of test servers has the name that the script gives to the role.
    const superuser = async (sql: string) => {
      const client = new pg.Client(server.url);
      await client.connect();
      await client.query(sql);
      await client.end();
    };
    await superuser('CREATE ROLE chief SUPERUSER LOGIN');
    const chief = new URL(server.url);
    chief.username = 'chief';
    const client = new pg.Client(chief.href);
    await client.connect();
    await client.query('ALTER ROLE nhip RENAME TO before');
    await client.end();

    const passwordFile = join(mkdtempSync(join(tmpdir(), 'nhip-init-')), 'password');
    writeFileSync(passwordFile, `pass'"word\\`);
    execFileSync('sh', ['deploy/postgres/init.sh'], {
      env: {
        PATH: process.env.PATH,
        PASSWORD_FILE: passwordFile,
        PGHOST: address.hostname,
        PGPORT: address.port,
        PGUSER: 'chief',
        PGDATABASE: 'postgres',
      },
    });

    const own = new URL(server.url);
    own.pathname = '/nhip';
    const pool = postgresPool({ url: own.href, name: 'nhip-test' });
    t.after(() => pool.end());
    const { rows } = await pool.query(
      'SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = current_user',
    );
    assert.deepEqual(rows, [
      { rolsuper: false, rolcreatedb: false, rolcreaterole: false, rolreplication: false },
    ]);
    await migrate(pool);
    const writer = await openPostgresLedgerWriter(pool, RULES);
    assert.equal(writer.checkpoint.position, 0);
  });
});
