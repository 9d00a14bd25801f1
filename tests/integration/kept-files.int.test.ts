import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { companionsOf } from '../../shared/event-store/sqlite/companions.ts';
import { lockDataDir } from '../../shared/platform/data-dir.ts';
import { createApiKey, readApiKeys } from '../../shared/platform/keys-file.ts';
import { eventually } from '../support/eventually.ts';
import { startInProcess } from '../support/in-process.ts';
import { nhipHere } from '../support/nhip-here.ts';
import { alterFile, copyOfDir } from '../support/office-dir.ts';
import { emptyDir, startServer } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';

const NOW = Date.parse('2026-11-30T08:10:00+07:00');

describe('A file that was kept beside the events', { timeout: 300_000 }, () => {
  let base: string;
  const start = (dir: string) => startInProcess(NOW, { DATA_DIR: dir });
  before(async () => {
    base = emptyDir();
    const nhip = await start(base);
    await nhip.send(statusEvent('H19.12-261102-0001', 'received', '2026-11-02T08:00:00+07:00'));
    await nhip.listen();
    await eventually(() => companionsOf(join(base, 'events.db')).size === 2);
    await nhip.close();
  });
  after(() => rmSync(base, { recursive: true }));

  for (const file of ['webhooks.db', 'dead-letters.db'])
    it(`${file} missing, empty or damaged, is not made anew until a person accepts the loss, which the audit records`, async () => {
      const dir = copyOfDir(base);
      const path = join(dir, file);
      const refusedAs = (reason: string) =>
        assert.rejects(start(dir), {
          code: 'data-file',
          message: new RegExp(`^${file} ${reason}.*begin-anew ${file}`),
        });
      truncateSync(path);
      await refusedAs('is empty, but events\\.db was used with it: restore it from a backup');
      rmSync(path);
      await refusedAs('is missing, but events\\.db was used with it: restore it from a backup');
      assert.equal(existsSync(path), false);
      writeFileSync(path, 'no database, and nobody knows why');
      await refusedAs('cannot be used');
      const { code, stdout } = await nhipHere(['begin-anew', file], { DATA_DIR: dir });
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`the next start makes a new ${file}`));
      const kept = readdirSync(dir).find((name) => name.startsWith(`${file}.before-`)) ?? '';
      assert.equal(readFileSync(join(dir, kept), 'utf8'), 'no database, and nobody knows why');
      const nhip = await start(dir);
      const { body } = await nhip.get('/v1/audit');
      assert.deepEqual(
        (body.items as { type: string; by: string; data: object }[]).map(({ type, by, data }) => [
          type,
          by,
          data,
        ]),
        [['audit.file-begun-anew.v1', `cli:${userInfo().username}`, { file }]],
      );
      await nhip.listen();
      await eventually(() => companionsOf(join(dir, 'events.db')).has(file));
      await nhip.close();
      rmSync(dir, { recursive: true });
    });

  it('staff.key missing, or another one, starts no server until a person accepts that nobody is recognised again', async () => {
    const dir = copyOfDir(base);
    const path = join(dir, 'staff.key');
    const assigned = (n: number) => ({
      ...{
        specversion: '1.0',
        source: '/hr/staff',
        id: `a-${n}`,
        type: 'staff.assigned.v1',
        time: '2026-01-01',
      },
      data: {
        ...{ staffRef: 'CB-0417', unitId: 'H19.02', kind: 'civil-servant', positionVersion: 'CV' },
        from: `2026-01-0${n}`,
      },
    });
    const first = await start(dir);
    await first.send(assigned(1));
    await first.close();
    const key = readFileSync(path, 'utf8');
    const fingerprint = createHash('sha256')
      .update(Buffer.from(key.trim(), 'hex'))
      .digest('hex')
      .slice(0, 16);

    rmSync(path);
    const refused = (own: string) =>
      assert.rejects(start(dir), {
        code: 'data-file',
        message: new RegExp(`^staff\\.key: ${own}.*under the key ${fingerprint}: .*begin-anew staff\\.key`),
      });
    await refused('this server has no key for people');
    assert.equal(existsSync(path), false);
    writeFileSync(path, 'f'.repeat(64), { mode: 0o600 });
    await refused('the key for people is [0-9a-f]{16}, and');
    writeFileSync(path, key);
    const again = await start(dir);
    await again.send(assigned(2));
    const people = (await again.get('/v1/staff')).body.items as unknown[];
    await again.close();
    assert.equal(people.length, 1);

    writeFileSync(path, 'f'.repeat(64));
    assert.equal((await nhipHere(['begin-anew', 'staff.key'], { DATA_DIR: dir })).code, 0);
    // The command goes by the clock of the machine.
    const anew = await startInProcess(Date.now(), { DATA_DIR: dir });
    await anew.send(assigned(3));
    const parted = (await anew.get('/v1/staff')).body.items as unknown[];
    const acts = (await anew.get('/v1/audit')).body.items as { type: string }[];
    await anew.close();
    assert.equal(parted.length, 2);
    assert.deepEqual(
      acts.map(({ type }) => type),
      ['audit.staff-key-used.v1', 'audit.file-begun-anew.v1', 'audit.staff-key-used.v1'],
    );
    rmSync(dir, { recursive: true });
  });

  it('is refused where a newer version has written it, by its name and version', async () => {
    for (const file of ['events.db', 'webhooks.db', 'dead-letters.db']) {
      const dir = copyOfDir(base);
      alterFile(join(dir, file), 'PRAGMA user_version = 99');
      await assert.rejects(start(dir), {
        code: 'data-file',
        message: new RegExp(
          `^${file} was written by a newer version .*it has version 99, .*start that version`,
        ),
      });
      rmSync(dir, { recursive: true });
    }
  });

  it('keys.json with a member that a newer version has added is refused, and the member named', () => {
    const path = join(emptyDir(), 'keys.json');
    createApiKey(path, 'chief', ['admin'], new Date());
    const [record] = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify([{ ...record, expiresAt: '2026-01-01' }]));
    assert.throws(() => readApiKeys(path), /keys\.json is not a keys file:[\s\S]*expiresAt/);
  });

  it('ledger.db of a newer version is built anew: all of it follows from the events', async () => {
    const dir = copyOfDir(base);
    alterFile(join(dir, 'ledger.db'), 'PRAGMA user_version = 99');
    const nhip = await start(dir);
    const { body } = await nhip.get('/v1/dossiers/H19.12-261102-0001');
    assert.equal(body.id, 'H19.12-261102-0001');
    await nhip.close();
    rmSync(dir, { recursive: true });
  });

  it('lock.db missing, is made anew only where no other process has the events open', async () => {
    const dir = copyOfDir(base);
    const server = await startServer({ DATA_DIR: dir });
    renameSync(join(dir, 'lock.db'), join(dir, 'away'));
    for (let attempt = 0; attempt < 2; attempt++)
      assert.throws(() => lockDataDir(dir, ''), {
        code: 'data-dir',
        message: /has no lock\.db, and its events\.db is open in another process/,
      });
    assert.equal(existsSync(join(dir, 'lock.db')), false);
    await server.stop();
    const lock = lockDataDir(dir, '');
    assert.equal(lock.kind, 'locked');
    if (lock.kind === 'locked') lock.release();
    rmSync(dir, { recursive: true });
  });
});
