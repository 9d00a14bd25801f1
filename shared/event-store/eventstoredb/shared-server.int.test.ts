import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { selfSignedCertificate } from '../../../tests/support/eventstore/certificate.ts';
import { openFor, standInFor } from '../../../tests/support/eventstore/harness.ts';
import { START } from '../../contracts/stored-event.ts';
import {
  AWKWARD_TEXTS,
  collect,
  collectPages,
  freshStream,
  idsOf,
  newEvent,
  RECORDED_AT,
} from '../testing/contract-support.ts';

const folder = mkdtempSync(join(tmpdir(), 'nhip-eventstoredb-'));
after(() => rmSync(folder, { recursive: true }));

describe('The adapter of EventStoreDB, on a server that is not its own,', { timeout: 60_000 }, () => {
  it('does not see the events of the server itself', async (context) => {
    const standIn = await standInFor(context);
    // No watchdog helps here: the server's own words are enough.
    const store = await openFor(context, standIn, { silenceMs: 100_000 });
    assert.equal(await store.head(), START);
    const events = Array.from({ length: 3 }, () => newEvent());
    for (const event of events) {
      await store.record([event], RECORDED_AT);
      standIn.systemNoise(100);
    }
    const head = await store.head();
    const before = standIn.reading.pages;
    standIn.systemNoise(2);
    assert.equal(await store.head(), head);
    assert.equal(standIn.reading.pages, before + 1, 'one small read');
    const page = await store.readAll(START, 2);
    assert.deepEqual(idsOf(page.events), idsOf(events.slice(0, 2)));
    assert.deepEqual(await store.readAll(head, 10), { events: [], position: head, head });
    const pages = await collectPages(
      store,
      { after: START, pageSize: 1 },
      ({ position }) => position === head,
    );
    assert.deepEqual(idsOf(pages.flatMap((one) => one.events)), idsOf(events));
    assert.equal(pages.length, 3);
    for (const types of [['test.happened.v1'], ['test.never.v1'], []]) {
      const [last] = (
        await collectPages(store, { after: START, types }, ({ position }) => position >= head)
      ).slice(-1);
      assert.deepEqual([last?.position, last?.head], [head, head]);
    }
  });

  it('stores what people can read as JSON, and what JSON would change as bytes', async (context) => {
    const standIn = await standInFor(context);
    const store = await openFor(context, standIn);
    const events = AWKWARD_TEXTS.map((data) => newEvent(freshStream(), { data }));
    await store.record(events, RECORDED_AT);
    for (const [index, { stream, id }] of events.entries()) {
      assert.equal((await store.readStream(stream))[0]?.data, AWKWARD_TEXTS[index]);
      const stored = standIn.log.events.find((event) => event.id === id);
      assert.equal(
        stored?.contentType,
        index === 0 || index === 4 ? 'application/json' : 'application/octet-stream',
      );
      assert.equal(Buffer.from(stored?.data ?? []).toString(), AWKWARD_TEXTS[index]);
    }
  });

  it('connects by TLS with the credentials of the connection string', async (context) => {
    const certificate = await selfSignedCertificate(folder);
    const standIn = await standInFor(context, { tls: certificate });
    standIn.faults.credentials = { username: 'nhip', password: 'p@ss:word' };
    const at = `127.0.0.1:${standIn.port}?tlsCAFile=${encodeURIComponent(certificate.caFile)}`;
    const connectionString = `esdb://nhip:p%40ss%3Aword@${at}`;
    const store = await openFor(context, { connectionString });
    const event = newEvent();
    await store.record([event], RECORDED_AT);
    const read = await collect(store, { after: START }, ({ length }) => length >= 1);
    assert.deepEqual(idsOf(read), [event.id]);

    for (const user of ['', 'nhip:wrong@']) {
      const denied = await openFor(context, { connectionString: `esdb://${user}${at}` });
      assert.match(denied.problem() ?? '', /PERMISSION_DENIED|UNAUTHENTICATED/);
      await assert.rejects(denied.record([newEvent()], RECORDED_AT), /denies access/);
    }
    const untrusted = await openFor(
      context,
      { connectionString: `esdb://nhip:p%40ss%3Aword@127.0.0.1:${standIn.port}` },
      { retryForMs: 100 },
    );
    await assert.rejects(untrusted.head(), /self-signed certificate/);
  });
});
