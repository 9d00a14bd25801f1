import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import type pg from 'pg';
import { openPostgresOutbox } from '../../services/alerter/webhooks/outbox-postgres.ts';
import { DEFAULT_EXTENSION_RULE } from '../../shared/bookkeeping/extension-rule.ts';
import { createFirstLedger } from '../../shared/ledger/postgres/in-force.ts';
import { assertMigrated } from '../../shared/sql/postgres/migrate.ts';
import { findCommand } from '../support/command.ts';
import { describeWithPostgres } from '../support/postgres/describe.ts';
import { createDatabase } from '../support/postgres/server.ts';

const run = promisify(execFile);
const [dump, restore] = ['pg_dump', 'pg_restore'].map((name) => findCommand(name, 'postgresql-client'));

if (dump?.kind !== 'found' || restore?.kind !== 'found')
  test('a dump of the database', {
    skip: dump?.kind === 'missing' ? dump.reason : 'no pg_restore',
  }, () => {});
else
  await describeWithPostgres('a dump of the schema nhip, as docs/backup.md has it,', ({ server, poolOn }) => {
    test('brings webhooks, secrets, the outbox and dead letters back, and the schema is of this program', async () => {
      const [from, to] = [await createDatabase(server), await createDatabase(server, { migrated: false })];
      const before = poolOn(from);
      const outbox = openPostgresOutbox(before);
      const at = Date.UTC(2026, 10, 23);
      const webhook = { id: 'w1', url: 'https://chat.example.vn/hook', description: 'Trực ban', filter: {} };
      await outbox.addWebhook({ ...webhook, enabled: true, disabledReason: null, createdAt: at }, 'whsec_1');
      const message = { type: 'webhook.test', timestamp: '2026-11-23T00:00:00.000Z', data: {} } as const;
      await outbox.queue(
        ['d1', 'd2'].map((id) => ({ id, webhook: 'w1', message })),
        at,
      );
      await before.query(
        `INSERT INTO nhip.dead_letter (id, received_at, origin, raw, size, faults) VALUES ('l1', 1, 'http', '\\xff00', 2, '[]')`,
      );

      await before.query("INSERT INTO nhip.person_name VALUES ('p-1', 'Nguyễn Thị Lan', 1)");
      await createFirstLedger(before, { extensionRule: DEFAULT_EXTENSION_RULE });
      const folder = mkdtempSync(join(tmpdir(), 'nhip-dump-'));
      const file = join(folder, 'nhip.dump');
      const without = '--exclude-table-data=nhip.person_name';
      await run(dump.path, ['--format=custom', '--schema=nhip', without, `--file=${file}`, from]);
      await run(restore.path, [
        '--no-owner',
        '--exit-on-error',
        '--single-transaction',
        `--dbname=${to}`,
        file,
      ]);
      rmSync(folder, { recursive: true });

      const after = poolOn(to);
      await assertMigrated(after);
      const content = await contentOf(before);
      assert.deepEqual(await contentOf(after), { ...content, person_name: [] }, 'all but the names of staff');
      for (const table of ['webhook', 'secret', 'delivery', 'dead_letter'])
        assert.ok(content[table]?.length, table);
      // The ledger itself was left out, so the one in force must not be believed; the next one has a number of its own.
      await after.query('DELETE FROM nhip.lease; DELETE FROM nhip.ledger_in_force');
      await createFirstLedger(after, { extensionRule: DEFAULT_EXTENSION_RULE });
      const { rows } = await after.query('SELECT schema FROM nhip.ledger_in_force');
      assert.deepEqual(rows, [{ schema: 'ledger_2' }]);

      const restored = openPostgresOutbox(after);
      const due = await restored.due('w1', at, 10);
      assert.deepEqual(
        due.map(({ id }) => id),
        ['d1', 'd2'],
      );
      assert.deepEqual(await restored.secrets('w1', at), ['whsec_1']);
      // Numbers go on where they were: the next message is a third one.
      await restored.queue([{ id: 'd3', webhook: 'w1', message }], at);
      assert.equal((await restored.delivery('d3'))?.seq, Number(due[1]?.seq) + 1);
    });
  });

/** Every row of every table of the schema. */
async function contentOf(pool: pg.Pool): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'nhip' ORDER BY 1",
  );
  const content: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    content[name] = (await pool.query(`SELECT * FROM nhip."${name}" AS row ORDER BY row::text`)).rows;
  }
  return content;
}
