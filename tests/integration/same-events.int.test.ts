import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Receiver } from '../../services/alerter/testing/receiver.ts';
import type { Position } from '../../shared/contracts/stored-event.ts';
import { readChainMark } from '../../shared/event-store/sqlite/chain-mark.ts';
import { chainHeadIn, openStoredChain } from '../../shared/event-store/sqlite/stored-chain.ts';
import { eventually } from '../support/eventually.ts';
import { alterFile, copyOfDir, OFFICE_EVENTS, officeDir } from '../support/office-dir.ts';
import { startServer } from '../support/standalone.ts';
import { statusEvent } from '../support/status-event.ts';

describe('The files of DATA_DIR', { timeout: 120_000 }, () => {
  let base: string;
  /** Position of the last event; the alerter has added its own. */
  let last: number;
  before(async () => {
    base = await officeDir();
    const server = await startServer({ DATA_DIR: base });
    try {
      await eventually(
        async () => (readChainMark(join(base, 'dead-letters.db'))?.position ?? 0) >= OFFICE_EVENTS,
      );
    } finally {
      await server.stop();
    }
    last = readChainMark(join(base, 'dead-letters.db'))?.position ?? 0;
  });
  after(() => rmSync(base, { recursive: true }));

  const refused = async (dir: string, reason: RegExp) => {
    await assert.rejects(startServer({ DATA_DIR: dir }), reason);
    rmSync(dir, { recursive: true });
  };

  it('note what the events come to', async () => {
    const head = await chainHeadIn(join(base, 'events.db'));
    assert.ok(last >= OFFICE_EVENTS);
    for (const file of ['webhooks.db', 'dead-letters.db'])
      assert.deepEqual(readChainMark(join(base, file)), head, file);
  });

  it('are refused with the events of another office, with the ledger and without it', async () => {
    const other = await officeDir('K99');
    const dir = copyOfDir(base);
    copyFileSync(join(other, 'events.db'), join(dir, 'events.db'));
    const without = copyOfDir(dir);
    rmSync(join(without, 'ledger.db'));
    const belongs =
      /exited with 2[\s\S]*events\.db is not the one that webhooks\.db belongs to: it is the store .* and not .*Restore all files of one backup/;
    await refused(dir, belongs);
    await refused(without, belongs);
    rmSync(other, { recursive: true });
  });

  it('are refused with the ledger of other events, where no other file has a mark', async () => {
    const other = await officeDir('K99');
    const dir = copyOfDir(base);
    for (const file of ['webhooks.db', 'dead-letters.db'])
      alterFile(join(dir, file), 'DELETE FROM seen_chain');
    copyFileSync(join(other, 'events.db'), join(dir, 'events.db'));
    await refused(
      dir,
      /exited with 2[\s\S]*is not the one that ledger\.db belongs to[\s\S]*delete it, and the next start builds it/,
    );
    rmSync(other, { recursive: true });
  });

  it('are refused without the events, or with an empty file, and none is made', async () => {
    const missing = copyOfDir(base);
    rmSync(join(missing, 'events.db'));
    await assert.rejects(
      startServer({ DATA_DIR: missing }),
      /exited with 2[\s\S]*events\.db is missing, but webhooks\.db knows of its events: restore it from a backup/,
    );
    assert.equal(existsSync(join(missing, 'events.db')), false);
    const empty = copyOfDir(base);
    truncateSync(join(empty, 'events.db'));
    rmSync(join(empty, 'webhooks.db'));
    rmSync(join(empty, 'dead-letters.db'));
    await refused(empty, /exited with 2[\s\S]*events\.db is empty, but ledger\.db knows of its events/);
    rmSync(missing, { recursive: true });
  });

  it('are refused when all write-ahead logs were cut, with what was acknowledged in them', async () => {
    const dir = copyOfDir(base);
    const server = await startServer({ DATA_DIR: dir });
    const events = Array.from({ length: 30 }, (_, index) =>
      statusEvent(`H19.12-261103-${String(index).padStart(4, '0')}`, 'received', '2026-11-03T08:00:00+07:00'),
    );
    const answer = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify(events),
    });
    assert.equal(answer.status, 200);
    const alone = join(dir, 'alone.db');
    await eventually(async () => {
      copyFileSync(join(dir, 'dead-letters.db'), alone);
      return (readChainMark(alone)?.position ?? 0) >= last + 30;
    });
    await server.kill();
    for (const file of readdirSync(dir)) if (/-(wal|shm)$/.test(file)) rmSync(join(dir, file));
    await refused(dir, new RegExp(`it ends at position ${last}, and not at \\d+ or later`));
  });

  it('are compared with each other while the server runs: a fault is a doubt, a metric and a line of the log', async () => {
    const dir = copyOfDir(base);
    alterFile(
      join(dir, 'events.db'),
      `UPDATE events SET recorded_at = recorded_at - 1000 WHERE position = 7`,
    );
    const server = await startServer({ DATA_DIR: dir });
    const text = async (path: string) => (await fetch(`${server.url}${path}`)).text();
    await eventually(async () => (await text('/metrics')).includes('nhip_scrub_faults 1'));
    assert.match(await text('/v1/objectives'), /"unverified"/);
    assert.match(
      server.log.join('\n'),
      /the event at position 7 \(.+\) was altered.*scrubber: the stored data were altered/,
    );
    assert.match(
      await text('/metrics'),
      /nhip_event_chain_head_info\{store=".{36}",position="\d+",link=".{64}"\} 1/,
    );
    assert.match(server.log.join('\n'), /event store: head of the chain/);
    await server.stop();
    rmSync(dir, { recursive: true });
  });

  it('are noticed when one is removed, replaced or emptied while the server runs: no event is taken until it is back', async () => {
    const dir = copyOfDir(base);
    const server = await startServer({ DATA_DIR: dir });
    const [path, away] = [(name: string) => join(dir, name), join(dir, 'away')];
    const problem = async () => {
      const { checks } = (await (await fetch(`${server.url}/readyz`)).json()) as {
        checks: { name: string; reason?: string }[];
      };
      return checks.find(({ name }) => name === 'files')?.reason;
    };
    const send = async () =>
      (
        await fetch(`${server.url}/v1/events`, {
          method: 'POST',
          headers: { 'content-type': 'application/cloudevents-batch+json' },
          body: JSON.stringify([statusEvent('H19.12-261103-9999', 'received', '2026-11-03T08:00:00+07:00')]),
        })
      ).status;
    for (const name of ['events.db', 'lock.db']) {
      renameSync(path(name), away);
      assert.equal(await problem(), `${name} was removed while the server has it open`);
      assert.equal(await send(), 503);
      assert.equal((await fetch(`${server.url}/v1/objectives`)).status, 200);
      copyFileSync(away, path(name));
      assert.equal(await problem(), `${name} was replaced while the server has the former file open`);
      renameSync(away, path(name));
      assert.equal(await problem(), undefined);
    }
    assert.equal(await send(), 200);
    truncateSync(path('webhooks.db'));
    assert.equal(await problem(), 'webhooks.db was emptied while the server has it open');
    assert.match(server.log.join('\n'), /events\.db was removed.*data files: changed by another program/);
    await server.kill();
    rmSync(dir, { recursive: true });
  });

  it('come to a head that every message to a receiver states', async () => {
    const dir = copyOfDir(base);
    const receiver = await Receiver.start();
    const server = await startServer({ DATA_DIR: dir, WEBHOOK_ALLOW_PRIVATE: 'true' });
    const post = (path: string, body?: object) =>
      fetch(server.url + path, {
        method: 'POST',
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
    const made = await post('/v1/webhooks', { url: `${receiver.url}/hook` });
    const { id } = (await made.json()) as { id: string };
    assert.equal((await post(`/v1/webhooks/${id}/test`)).status, 202);
    await eventually(async () => receiver.received.length > 0);
    const { storeHead } = JSON.parse(receiver.received[0]?.body ?? '').data;
    await server.stop();
    await receiver.stop();
    const chain = openStoredChain(join(dir, 'events.db'));
    assert.ok(Number(storeHead.position) >= OFFICE_EVENTS);
    assert.deepEqual(storeHead, {
      store: (await chain.beginning())?.store,
      position: storeHead.position,
      link: await chain.linkAt(Number(storeHead.position) as Position),
    });
    await chain.close();
    rmSync(dir, { recursive: true });
  });

  it('are without a doubt when they agree', async () => {
    const dir = copyOfDir(base);
    const server = await startServer({ DATA_DIR: dir });
    const text = async (path: string) => (await fetch(`${server.url}${path}`)).text();
    await eventually(async () =>
      /nhip_scrub_last_complete_timestamp_seconds [1-9]/.test(await text('/metrics')),
    );
    assert.match(await text('/metrics'), /nhip_scrub_faults 0/);
    assert.doesNotMatch(await text('/v1/objectives'), /"unverified"/);
    await server.stop();
    rmSync(dir, { recursive: true });
  });
});
