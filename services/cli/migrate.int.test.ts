import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, test } from 'node:test';
import { createDatabase, startPostgres } from '../../tests/support/postgres/server.ts';
import { nhip } from '../../tests/support/process.ts';

const NAMES = readdirSync('deploy/migrations')
  .filter((file) => file.endsWith('.sql'))
  .map((file) => file.replace('.sql', ''))
  .sort();
const UP_TO_DATE = 'the database is up to date\n';
const ALL_APPLIED = NAMES.map((name) => `applied ${name}\n`).join('') + UP_TO_DATE;

const start = await startPostgres();
if (start.kind === 'unavailable') test('nhip migrate', { skip: start.reason }, () => {});
else
  describe('nhip migrate', () => {
    const { server } = start;
    after(() => server.stop());
    const unmigrated = () => createDatabase(server, { migrated: false });

    it('applies what is missing, says what, and the second time has nothing to do', async () => {
      const DATABASE_URL = await unmigrated();
      const checked = await nhip(['migrate', '--check'], { DATABASE_URL });
      assert.equal(checked.code, 1);
      assert.equal(checked.stdout, `The database lacks ${NAMES.join(', ')}: run \`nhip migrate\` first.\n`);
      assert.deepEqual(await nhip(['migrate'], { DATABASE_URL }), {
        code: 0,
        stdout: ALL_APPLIED,
        stderr: '',
      });
      assert.deepEqual(await nhip(['migrate'], { DATABASE_URL }), {
        code: 0,
        stdout: UP_TO_DATE,
        stderr: '',
      });
      assert.deepEqual(await nhip(['migrate', '--check'], { DATABASE_URL }), {
        code: 0,
        stdout: UP_TO_DATE,
        stderr: '',
      });
    });

    it('reads the address from a file', async () => {
      const DATABASE_URL_FILE = join(mkdtempSync(join(tmpdir(), 'nhip-migrate-')), 'url');
      writeFileSync(DATABASE_URL_FILE, `${await unmigrated()}\n`);
      assert.equal((await nhip(['migrate'], { DATABASE_URL_FILE })).stdout, ALL_APPLIED);
    });

    it('may be run by several at once', async () => {
      const DATABASE_URL = await unmigrated();
      const runs = await Promise.all([1, 2, 3].map(() => nhip(['migrate'], { DATABASE_URL })));
      assert.deepEqual(
        runs.map(({ code }) => code),
        [0, 0, 0],
      );
      const applied = runs.flatMap(({ stdout }) => stdout.match(/(?<=^applied ).*$/gm) ?? []);
      assert.deepEqual(applied.sort(), NAMES);
    });

    it('reports that a database is unreachable, without its password', async () => {
      const address = new URL(server.url);
      address.pathname = '/no_such_database';
      address.password = 'hunter2';
      for (const DATABASE_URL of [address.href, 'postgres://nhip:hunter2@localhost:1/nhip']) {
        const { code, stderr } = await nhip(['migrate'], { DATABASE_URL });
        assert.equal(code, 3);
        assert.match(
          stderr,
          /^the database of DATABASE_URL is unreachable: .*(no_such_database|ECONNREFUSED)/,
        );
        assert.doesNotMatch(stderr, /hunter2/);
      }
    });

    it('wants to know which database', async () => {
      const { code, stderr } = await nhip(['migrate']);
      assert.equal(code, 2);
      assert.match(stderr, /^DATABASE_URL: got "", want the database, here or in the file/);
    });
  });
