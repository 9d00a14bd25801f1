import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { books } from '../../../shared/books/registry.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import { decoder } from '../../../shared/contracts/decode.ts';
import { feedName } from '../../../shared/contracts/ids.ts';
import { openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { feedsOf } from '../../../shared/feeds/feeds.ts';
import { createHttpServer } from '../../../shared/platform/http-server.ts';
import { createMetrics } from '../../../shared/platform/metrics.ts';
import { buildIngest } from '../../ingest/app.ts';
import { openSqliteDeadLetters } from '../../ingest/dead-letters/dead-letters-sqlite.ts';
import { type Destination, type ImportItem, intakeDestination, serverDestination } from './destination.ts';
import { ImportError } from './import-error.ts';
import { type ImportOptions, importFiles as importPrepared } from './import-files.ts';
import { type FilesToPrepare, prepareFiles } from './prepared-file.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const fixture = (name: string) => fileURLToPath(new URL(`../../../tests/fixtures/${name}`, import.meta.url));
const MAPPING = fixture('permit-receipts.mapping.json');

function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'nhip-import-'));
  test.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function office(test: TestContext, dir: string) {
  const store = await openEventStore(join(dir, 'events.db'));
  test.after(() => store.close());
  const log = pino({ level: 'silent' });
  const deadLetters = openSqliteDeadLetters(join(dir, 'dead-letters.db'));
  const ingest = buildIngest({
    store,
    deadLetters,
    clock: () => Date.parse('2026-11-20T03:00:00Z'),
    zone,
    kinds: books.kinds,
    feeds: feedsOf(),
    limits: { bodyBytes: 1 << 20, batchEvents: 300 },
    deadLetterDays: 30,
    log,
    registry: createMetrics().registry,
  });
  test.after(async () => {
    await ingest.close();
    await deadLetters.close();
  });
  return { store, ingest, log };
}

const importFiles = async ({
  files,
  mappingFile,
  encoding,
  ...rest
}: FilesToPrepare & Omit<ImportOptions, 'files'>) =>
  importPrepared({
    files: await prepareFiles({
      files,
      ...(mappingFile !== undefined && { mappingFile }),
      ...(encoding !== undefined && { encoding }),
    }),
    ...rest,
  });

/** What every call needs. */
const around = (dir: string) => ({
  positionsDir: join(dir, 'imports'),
  reportsDir: dir,
  out: () => undefined,
});

/** Keeps what it was given; a stand-in for a store where only the import itself is looked at. */
function keeping(limit = Number.POSITIVE_INFINITY): Destination & { items: ImportItem[] } {
  const decode = decoder(books.kinds, zone, (source) => ({ feed: feedName(source), rank: 1 }));
  const known = new Set<string>();
  const items: ImportItem[] = [];
  return {
    name: 'stand-in',
    items,
    async send(batch) {
      if (items.length >= limit) throw new Error('killed');
      let duplicates = 0;
      const rejected = batch.flatMap((item, index) => {
        if (item.kind === 'rejected') return [{ index, faults: [] }];
        const decoded = decode(item.cloudEvent);
        if (decoded.kind === 'invalid') return [{ index, faults: [] }];
        if (known.has(decoded.event.id)) duplicates += 1;
        known.add(decoded.event.id);
        return [];
      });
      items.push(...batch);
      return { accepted: batch.length - duplicates - rejected.length, duplicates, rejected, dropped: [] };
    },
  };
}

const event = (index: number) => ({
  specversion: '1.0',
  id: `e-${index}`,
  source: '/files/test',
  type: 'dossier.status.v1',
  time: '2026-11-20T09:31:00+07:00',
  data: { dossierId: `D-${index}`, status: 'received' },
});
const ndjson = (count: number) =>
  Array.from({ length: count }, (_, index) => `${JSON.stringify(event(index))}\n`).join('');

test('a CSV file goes into the store by its mapping, and again as duplicates', async (t) => {
  const dir = folder(t);
  const { ingest, store } = await office(t, dir);
  const options = {
    files: [fixture('permit-receipts.csv')],
    mappingFile: MAPPING,
    destination: intakeDestination(ingest, 'here'),
    ...around(dir),
  };
  const [first] = await importFiles(options);
  // 6 receipts, 4 ends, and 5 of 7 activities: of case-1 one is filing work, of case-5 the only one is after its end.
  assert.deepEqual(
    { ...first, file: '' },
    { file: '', complete: true, lines: 9, accepted: 15, duplicates: 0, rejected: 0, dropped: [] },
  );
  const [again] = await importFiles(options);
  assert.deepEqual([again?.accepted, again?.duplicates], [0, 15]);
  assert.equal(Number(await store.head()), 15);
});

test('bad lines are reported with their numbers and faults, the good ones are taken', async (t) => {
  const dir = folder(t);
  const { ingest } = await office(t, dir);
  const path = join(dir, 'mixed.ndjson');
  const bad = [
    Buffer.from('{"broken'),
    Buffer.from([0x7b, 0xff, 0x7d]),
    Buffer.from('{"specversion":"1.0"}'),
  ];
  const all = [
    Buffer.from(`\uFEFF${JSON.stringify(event(1))}\r`),
    Buffer.alloc(0),
    ...bad,
    Buffer.from(JSON.stringify(event(2))),
  ];
  writeFileSync(path, Buffer.concat(all.flatMap((line) => [line, Buffer.from('\n')])));
  const [summary] = await importFiles({
    files: [path],
    destination: intakeDestination(ingest, 'here'),
    ...around(dir),
  });
  assert.deepEqual([summary?.accepted, summary?.rejected], [2, 3]);
  const report = readFileSync(summary?.report ?? '', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    report.map(({ line, faults }) => [line, faults[0].code]),
    [
      [3, 'unparseable'],
      [4, 'unparseable'],
      [5, 'envelope-invalid'],
    ],
  );
  const letters = await Promise.all(report.map(({ deadLetter }) => ingest.deadLetters.get(deadLetter)));
  assert.deepEqual(
    letters.map((letter) => letter?.origin),
    ['mixed.ndjson:3', 'mixed.ndjson:4', 'mixed.ndjson:5'],
  );
});

test('rejected rows name the column; no other cell of the row is kept', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'rows.csv');
  const lines = readFileSync(fixture('permit-receipts.csv'), 'utf8').split('\n');
  const broken = [
    lines[0],
    lines[1]?.replace('2012-03-20 10:00:00.000000+01:00', 'SOON'),
    'only,three,SECRET',
    lines[5]?.replace('Person C', 'Per"SECRET"son'),
    lines[7]?.replace('Intern', 'Telepathy').replace('Person C', 'SECRET'),
  ];
  writeFileSync(path, broken.join('\r\n'));
  const { ingest } = await office(t, dir);
  const [summary] = await importFiles({
    files: [path],
    mappingFile: MAPPING,
    destination: intakeDestination(ingest, 'here'),
    ...around(dir),
  });
  const report = readFileSync(summary?.report ?? '', 'utf8');
  const faults = report
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    faults.map((one) => [one.line, one.faults[0].pointer]),
    [
      [2, '/case:deadline'],
      [3, ''],
      [4, ''],
      [5, '/case:channel'],
      [5, '/case:channel'],
    ],
  );
  const kept = await Promise.all(faults.map(({ deadLetter }) => ingest.deadLetters.get(deadLetter)));
  const contents = kept.map((letter) => Buffer.from(letter?.raw ?? '').toString());
  assert.ok(!`${report}${contents.join('')}`.includes('SECRET'));
});

const MAPPED = {
  source: '/files/một-cửa',
  zone: 'Asia/Ho_Chi_Minh',
  dates: ['dd/MM/yyyy HH:mm'],
  fields: {
    dossierId: { column: 'Mã hồ sơ' },
    channel: { column: 'Kênh', map: { 'Trực tuyến': 'online' }, otherwise: 'skip' },
  },
  events: [
    {
      time: 'Ngày tiếp nhận',
      when: [{ column: 'Kênh', in: ['Trực tuyến'] }],
      fields: { status: { value: 'received' } },
    },
  ],
};
const HEADER = 'Mã hồ sơ;Kênh;Ngày tiếp nhận';

/** Imports lines of a table by {@link MAPPED}; gives the summary and the lines that were rejected. */
async function importTable(t: TestContext, lines: readonly string[], changed: object = {}) {
  const dir = folder(t);
  const [path, mappingFile] = [join(dir, 'table.csv'), join(dir, 'mapping.json')];
  writeFileSync(path, lines.join('\r\n'));
  writeFileSync(mappingFile, JSON.stringify({ ...MAPPED, delimiter: ';', ...changed }));
  const destination = keeping();
  const [summary] = await importFiles({ files: [path], mappingFile, destination, ...around(dir) });
  const report = summary?.report === undefined ? '' : readFileSync(summary.report, 'utf8');
  const rejectedLines = report
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line).line);
  return { summary, rejectedLines, items: destination.items };
}

test('a file in decomposed Unicode, as macOS writes it, is taken by a mapping in composed Unicode, and again known', async (t) => {
  const rows = [HEADER, 'Hồ sơ-1;Trực tuyến;20/11/2026 08:00', 'Hồ sơ-2;Trực tuyến;20/11/2026 09:00'];
  const decomposed = rows.map((line) => line.normalize('NFD'));
  const { summary, items } = await importTable(t, [...decomposed, ...rows.slice(1)]);
  assert.deepEqual([summary?.accepted, summary?.rejected], [2, 0]);
  assert.equal(items.length, 2);
});

test('rows of delimiters alone are nothing, also of blanks and of another length than the header', async (t) => {
  const rows = [HEADER, ';;', ' ; ; ', 'D-1;Trực tuyến;20/11/2026 08:00', ';;;;', '"";"";""'];
  const { summary } = await importTable(t, rows);
  assert.deepEqual([summary?.accepted, summary?.rejected], [1, 0]);
});

test('every rejected line is listed, also one that says what another has said', async (t) => {
  const bad = 'D-1;Trực tuyến;31/11/2026 08:00';
  const { summary, rejectedLines } = await importTable(t, [HEADER, bad, 'D-2;x', bad, 'D-2;x', bad]);
  assert.equal(summary?.rejected, 5);
  assert.deepEqual(rejectedLines, [2, 3, 4, 5, 6]);
});

test('the line sep=; of Excel names the delimiter, whatever the mapping says, and is no header', async (t) => {
  for (const first of ['sep=;', '\uFEFFSEP=;', '"sep=;"']) {
    const rows = [first, HEADER, 'D-1;Trực tuyến;20/11/2026 08:00', 'D-2;Trực tuyến'];
    const { summary, rejectedLines } = await importTable(t, rows, { delimiter: ',' });
    assert.deepEqual([summary?.accepted, rejectedLines], [1, [4]]);
  }
});

test('a declared encoding is read, plain and packed, and an import that was killed goes on in it', async (t) => {
  const dir = folder(t);
  const text = ndjson(2_500).replaceAll('D-', 'Hồ sơ-');
  for (const [name, bytes] of [
    ['plain', Buffer.from(text, 'utf16le')],
    ['packed', gzipSync(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())],
  ] as const) {
    const path = join(dir, `${name}.ndjson`);
    writeFileSync(path, bytes);
    const options = { files: [path], encoding: 'utf-16', ...around(dir) } as const;
    await assert.rejects(importFiles({ ...options, destination: keeping(1_000) }), /killed/);
    const rest = keeping();
    const [summary] = await importFiles({ ...options, destination: rest });
    assert.deepEqual([summary?.lines, summary?.accepted, rest.items[0]?.line], [2_500, 2_500, 1_001]);
  }
});

test('a table in windows-1258 is refused by name, and taken when it is declared', async (t) => {
  const dir = folder(t);
  const [path, mappingFile] = [join(dir, 'table.csv'), join(dir, 'mapping.json')];
  const table =
    'Ma\xde h\xf4\xcc s\xf5;K\xeanh;Nga\xccy ti\xea\xecp nh\xe2\xf2n\nD-1;Tr\xfd\xf2c tuy\xea\xecn;20/11/2026 08:00\n';
  writeFileSync(path, table, 'latin1');
  writeFileSync(mappingFile, JSON.stringify({ ...MAPPED, delimiter: ';' }));
  const options = { files: [path], mappingFile, ...around(dir) };
  await assert.rejects(
    importFiles({ ...options, destination: keeping() }),
    (error) => error instanceof ImportError && /windows-1258/.test(error.message),
  );
  const destination = keeping();
  await importFiles({ ...options, encoding: 'windows-1258', destination });
  assert.equal(destination.items.length, 1);
});

test('a file of which nothing is taken says so, and whether it has records at all', async (t) => {
  const said = async (...lines: string[]) => (await importTable(t, lines)).summary?.nothing;
  assert.equal(await said(HEADER, 'D-1;Trực tiếp;20/11/2026 08:00'), 'no-events');
  assert.equal(await said(HEADER, ';;'), 'no-records');
  assert.equal(await said(HEADER, 'D-1;Trực tuyến;20/11/2026 08:00'), undefined);
  assert.equal(await said(HEADER, 'D-1'), undefined);
});

test('a gzip file is read as what it holds, whatever its name', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'packed.ndjson');
  writeFileSync(path, gzipSync(ndjson(2_500)));
  const destination = keeping();
  const [summary] = await importFiles({ files: [path], destination, ...around(dir) });
  assert.deepEqual([summary?.lines, summary?.accepted], [2_500, 2_500]);
});

for (const packed of [false, true]) {
  test(`a killed import goes on where it was durable (${packed ? 'gzip' : 'plain'})`, async (t) => {
    const dir = folder(t);
    const path = join(dir, 'long.ndjson');
    writeFileSync(path, packed ? gzipSync(ndjson(5_500)) : ndjson(5_500));
    const killed = keeping(3_000);
    await assert.rejects(importFiles({ files: [path], destination: killed, ...around(dir) }), /killed/);
    const rest = keeping();
    const [summary] = await importFiles({ files: [path], destination: rest, ...around(dir) });
    assert.equal(rest.items[0]?.line, 3_001);
    assert.equal(rest.items.length, 2_500);
    assert.deepEqual([summary?.lines, summary?.accepted, summary?.complete], [5_500, 5_500, true]);
  });
}

test('a file that changed, or another mapping or destination, begins again', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'long.ndjson');
  const stopped = async () => {
    writeFileSync(path, ndjson(3_000));
    await assert.rejects(
      importFiles({ files: [path], destination: keeping(1_000), ...around(dir) }),
      /killed/,
    );
  };
  const linesSeen = async (destination: ReturnType<typeof keeping>) => {
    await importFiles({ files: [path], destination, ...around(dir) });
    return destination.items.length;
  };
  await stopped();
  appendFileSync(path, `${JSON.stringify(event(9_999))}\n`);
  assert.equal(await linesSeen(keeping()), 3_001);
  await stopped();
  utimesSync(path, new Date(0), new Date(0));
  assert.equal(await linesSeen(keeping()), 3_000);
  await stopped();
  assert.equal(await linesSeen({ ...keeping(), name: 'elsewhere' }), 3_000);
});

test('the signal stops it between two batches, and says so', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'long.ndjson');
  writeFileSync(path, ndjson(3_000));
  const stop = new AbortController();
  const destination = keeping();
  const stopping: Destination = {
    name: 'stand-in',
    async send(items) {
      const outcome = await destination.send(items);
      stop.abort();
      return outcome;
    },
  };
  const [summary] = await importFiles({
    files: [path],
    destination: stopping,
    ...around(dir),
    signal: stop.signal,
  });
  assert.deepEqual([summary?.complete, summary?.accepted], [false, 1_000]);
  const [rest] = await importFiles({ files: [path], destination, ...around(dir) });
  assert.deepEqual([rest?.complete, rest?.accepted, rest?.duplicates], [true, 3_000, 0]);
});

test('an import through a running server counts the same, in parts that the server takes', async (t) => {
  const dir = folder(t);
  const { ingest, log, store } = await office(t, dir);
  const app = await createHttpServer({
    log,
    version: '0',
    keys: undefined,
    bodyLimit: 1 << 20,
    metrics: createMetrics(),
  });
  await app.register(ingest.routes, { prefix: '/v1' });
  t.after(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const path = join(dir, 'events.ndjson');
  const misspelt = JSON.stringify({ ...event(1), data: { ...event(1).data, dueDate: '2026-11-20' } });
  writeFileSync(path, `{"bad":1}\n${ndjson(900)}{"bad":1}\nnonsense\n${ndjson(2_000)}${misspelt}\n`);
  const [summary] = await importFiles({
    files: [path],
    destination: serverDestination({ url }),
    ...around(dir),
  });
  assert.deepEqual([summary?.accepted, summary?.duplicates, summary?.rejected], [2_000, 901, 3]);
  assert.deepEqual(summary?.dropped, ['dueDate']);
  const report = readFileSync(summary?.report ?? '', 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).line);
  assert.deepEqual(report, [1, 902, 903]);
  const letters = async () => (await ingest.deadLetters.list({ limit: 10 })).items;
  assert.deepEqual(
    (await letters()).map(({ origin, faults }) => [origin.slice(-10), faults[0]?.code]).sort(),
    [
      ['http', 'envelope-invalid'],
      ['ndjson:903', 'unparseable'],
    ],
  );
  const crooked = join(dir, 'crooked.csv');
  const [head = '', row = ''] = readFileSync(fixture('permit-receipts.csv'), 'utf8').split('\n');
  writeFileSync(crooked, `${head}\n${row.replaceAll(/\d{4}-\d{2}-\d{2}/g, '2026-02-30')}\n`);
  const [bad] = await importFiles({
    files: [crooked],
    mappingFile: MAPPING,
    destination: serverDestination({ url }),
    ...around(dir),
  });
  assert.ok(bad && bad.rejected > 0);
  const refusedRow = (await letters()).find(({ origin }) => origin.endsWith('crooked.csv:2'));
  assert.deepEqual([refusedRow?.type, refusedRow?.faults[0]?.code], ['dossier.status.v1', 'row-invalid']);
  const long = 'Sở Nông nghiệp và Môi trường, '.repeat(200);
  const unknownUnit = { code: 'row-invalid', pointer: '/Đơn vị', was: '"?"', expected: long } as const;
  const { rejected } = await serverDestination({ url }).send([
    { kind: 'rejected', raw: 'a;b', line: 2, origin: 'long.csv:2', faults: [unknownUnit] },
  ]);
  assert.ok(rejected[0]?.deadLetter, 'a fault that lists a whole mapping is kept like any other');
  const [table] = await importFiles({
    files: [fixture('permit-receipts.csv')],
    mappingFile: MAPPING,
    destination: serverDestination({ url }),
    ...around(dir),
  });
  assert.equal(table?.accepted, 15);
  // The server of another zone made the same events of them: what the file says is known here too.
  const [again] = await importFiles({
    files: [fixture('permit-receipts.csv')],
    mappingFile: MAPPING,
    destination: intakeDestination(ingest, 'here'),
    ...around(dir),
  });
  assert.equal(again?.duplicates, 15);
  assert.equal(Number(await store.head()), 2_015);
});

test('a server that is away is waited for, one that refuses is not', async (t) => {
  const dir = folder(t);
  const path = join(dir, 'one.ndjson');
  writeFileSync(path, ndjson(1));
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    response.statusCode = calls === 1 ? 503 : 401;
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const destination = serverDestination({ url: `http://127.0.0.1:${port}`, key: 'k' });
  await assert.rejects(
    importFiles({ files: [path], destination, ...around(dir) }),
    (error) => error instanceof ImportError && error.code === 'refused' && /NHIP_KEY/.test(error.message),
  );
  assert.equal(calls, 2);
  const nobody = serverDestination({ url: 'http://127.0.0.1:9', patienceMs: 300 });
  await assert.rejects(
    importFiles({ files: [path], destination: nobody, ...around(dir) }),
    (error) => error instanceof ImportError && error.code === 'unavailable',
  );
});

test('what cannot be imported at all says why', async (t) => {
  const dir = folder(t);
  const table = join(dir, 'table.csv');
  writeFileSync(table, 'a,b\n1,2\n');
  const wrong = join(dir, 'wrong.json');
  writeFileSync(wrong, '{}');
  const destination = keeping();
  const codeOf = async (files: string[], mappingFile?: string) => {
    try {
      await importFiles({
        files,
        destination,
        ...around(dir),
        ...(mappingFile === undefined ? {} : { mappingFile }),
      });
      return 'imported';
    } catch (error) {
      return error instanceof ImportError ? error.code : error;
    }
  };
  assert.equal(await codeOf([join(dir, 'nowhere.csv')], MAPPING), 'file-unreadable');
  assert.equal(await codeOf([table]), 'mapping-needed');
  assert.equal(await codeOf([table], wrong), 'mapping-invalid');
  assert.equal(await codeOf([table], MAPPING), 'columns-missing');
  cpSync(fixture('permit-receipts.csv'), join(dir, 'good.csv'));
  assert.equal(await codeOf([join(dir, 'good.csv')], MAPPING), 'imported');
  assert.ok(!existsSync(join(dir, 'good.csv.rejected.ndjson')));
});
