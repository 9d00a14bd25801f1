import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { intakeDestination } from '../../services/cli/import/destination.ts';
import { importFiles } from '../../services/cli/import/import-files.ts';
import { prepareFiles } from '../../services/cli/import/prepared-file.ts';
import { consumeBatch } from '../../services/ingest/kafka/consume.ts';
import type { MessageParts } from '../../services/ingest/kafka/message.ts';
import { ingestServer } from '../../services/ingest/testing/server.ts';
import { standInStore } from '../../services/ingest/testing/stand-in-store.ts';

/** An event's data as a sender writes it into its bytes, and the verdict on the event at every door. */
interface Case {
  readonly name: string;
  readonly data: string | Buffer;
  /** `dossier.status.v1` by default. */
  readonly type?: string;
  /** How many byte order marks stand before the body; none by default. */
  readonly marks?: number;
  /** The data that is stored, beside the time; or the code and the pointer of the first fault. */
  readonly verdict:
    | { readonly stored: Readonly<Record<string, unknown>> }
    | readonly [code: string, pointer: string];
}

const GOOD = '{"dossierId":"H19.12-261120-0001","status":"received"}';
const STORED = { stored: { dossierId: 'H19.12-261120-0001', status: 'received' } };
const UNPARSEABLE = ['unparseable', ''] as const;
/** A register entry with about 1,450 bytes for each recipient: 256 KiB for 183 of them. */
const circularOf = (recipients: number): string =>
  JSON.stringify({
    documentId: 'H19.01,2026-11-20,15/VP-HC',
    scope: 'inter-agency',
    fromUnitId: 'H19.01',
    issuedAt: '2026-11-20',
    recipients: Array.from({ length: recipients }, (_, index) => ({
      unitId: `H19.${index + 10}`,
      channel: 'paper',
      exemption: { reason: 'regulated', citation: 'ệ'.repeat(450) },
    })),
  });
const withField = (field: string) => `${GOOD.slice(0, -1)},${field}}`;

const ASKED = {
  ...{ dutyId: 'BC-2026-06:H19.12', unitId: 'H19.12' },
  ...{ askedBy: 'BCĐ', form: 'Mẫu 05', from: '2026-01-01', to: '2026-06-30' },
  ...{ on: '2026-06-20', due: '2026-07-10' },
};
const PASSED_ON = { year: 2026, on: '2026-01-15', means: 'họp', reached: 18, of: 20, evidence: 'BB' };
const HELD = {
  ...{ reviewId: 'RS-1', on: '2026-09-30', objectiveId: 'dossier-on-time' },
  ...{ findings: ['x'], conclusion: 'x' },
};
const LETTER = { dossierId: 'H19.12-261120-0001', letterNumber: '45/TXL', date: '2026-11-18' };
const FIGURE = {
  ...{ objectiveId: 'satisfaction', period: '2026-Q1', evidence: 'BC' },
  amount: { numerator: 1, denominator: 2 },
};
const RISK = { riskId: 'R-1', unitId: 'H19.12', description: 'x', source: 'staff' };
const ACTION = { id: '1', what: 'x', owner: 'x', due: '2026-12-15' };

const CASES: readonly Case[] = [
  {
    ...{ name: 'a letter of apology', type: 'dossier.apology.v1' },
    data: JSON.stringify({ ...LETTER, newDueAt: '2026-11-25', reason: 'x'.repeat(2_001) }),
    verdict: {
      stored: { ...LETTER, newDueAt: '2026-11-25', reason: 'x'.repeat(2_000), marks: ['reason-cut'] },
    },
  },
  { name: 'a plain event', data: GOOD, verdict: STORED },
  { name: 'a byte order mark before it', data: GOOD, marks: 1, verdict: STORED },
  { name: 'two of them', data: GOOD, marks: 2, verdict: UNPARSEABLE },
  { name: 'blanks around it', data: ` \r\n${GOOD}\t`.replace('\n', ''), verdict: STORED },
  {
    name: 'a byte that is not UTF-8',
    data: Buffer.concat([Buffer.from('{"dossierId":"'), Buffer.of(0xff), Buffer.from('"}')]),
    verdict: UNPARSEABLE,
  },
  {
    name: 'an overlong form',
    data: Buffer.concat([Buffer.from('{"dossierId":"'), Buffer.of(0xc0, 0xaf), Buffer.from('"}')]),
    verdict: UNPARSEABLE,
  },
  {
    name: 'windows-1258',
    data: Buffer.from(withField('"fieldId":"\xd0\xe2t dai"'), 'latin1'),
    verdict: UNPARSEABLE,
  },
  {
    name: 'half of a character in an id',
    data: '{"dossierId":"a\\ud800","status":"received"}',
    verdict: ['data-invalid', '/data/dossierId'],
  },
  {
    name: 'half of a character in prose',
    data: withField('"reason":"a\\ud800"'),
    verdict: { stored: { ...STORED.stored, reason: 'a\ufffd' } },
  },
  { name: 'a control character as it is', data: withField('"reason":"a\tb"'), verdict: UNPARSEABLE },
  { name: 'a comma too many', data: `${GOOD.slice(0, -1)},}`, verdict: UNPARSEABLE },
  { name: 'a comment', data: `/* ${GOOD} */ ${GOOD}`, verdict: UNPARSEABLE },
  { name: 'NaN', data: withField('"sequence":NaN'), verdict: UNPARSEABLE },
  { name: 'nothing at all', data: '', verdict: UNPARSEABLE },
  { name: 'null', data: 'null', verdict: ['data-invalid', '/data'] },
  { name: 'a number', data: '5', verdict: ['data-invalid', '/data'] },
  { name: 'a list', data: `[${GOOD}]`, verdict: ['data-invalid', '/data'] },
  { name: 'a text', data: JSON.stringify(GOOD), verdict: ['data-invalid', '/data'] },
  {
    name: 'a name twice',
    data: withField('"status":"completed"'),
    verdict: { stored: { ...STORED.stored, status: 'completed' } },
  },
  {
    name: 'depth in a field that is not read',
    data: withField(`"x":${'['.repeat(50_000)}${']'.repeat(50_000)}`),
    verdict: STORED,
  },
  {
    name: 'an id of more digits than a number has',
    data: '{"dossierId":12345678901234567891,"status":"received"}',
    verdict: { stored: { ...STORED.stored, dossierId: '12345678901234567891' } },
  },
  {
    name: 'more bytes than an event may have, by its fields together',
    data: circularOf(190),
    type: 'document.registered.v1',
    verdict: ['too-large', '/data'],
  },
  {
    name: 'as many bytes, most of them in a field that is not read',
    data: withField(`"x":"${'ệ'.repeat(100_000)}"`),
    verdict: STORED,
  },
  {
    name: 'a place in order that no number holds',
    data: withField('"sequence":9007199254740993'),
    verdict: ['data-invalid', '/data/sequence'],
  },
  {
    name: 'a report that came before it was asked for',
    type: 'report.recorded.v1',
    data: JSON.stringify({ ...ASKED, submission: { on: '2026-06-19', number: '15', evidence: 'BC' } }),
    verdict: ['data-invalid', '/data/submission/on'],
  },
  {
    name: 'a report that is late before it is asked for',
    type: 'report.recorded.v1',
    data: JSON.stringify({ ...ASKED, due: '2026-06-19' }),
    verdict: ['data-invalid', '/data/due'],
  },
  {
    name: 'objectives that were passed on to more people than there are',
    type: 'communication.recorded.v1',
    data: JSON.stringify({ dutyId: 'C', unitId: 'H19.12', ...PASSED_ON, of: 17 }),
    verdict: ['data-invalid', '/data/reached'],
  },
  {
    name: 'an action that ended without a result',
    type: 'review.recorded.v1',
    data: JSON.stringify({ ...HELD, action: { ...ACTION, outcome: 'done' } }),
    verdict: ['data-invalid', '/data/action/result'],
  },
  ...(
    [
      [{ period: '2026-Q5' }, '/period'],
      [{ amount: { numerator: 2, denominator: 1 } }, '/amount/numerator'],
      [{ amount: { numerator: 2 } }, '/amount/denominator'],
      [{ amount: { value: '1', denominator: 1 } }, '/amount/denominator'],
      [{ amount: { value: '1,5' } }, '/amount/value'],
    ] as const
  ).map(([wrong, pointer]) => ({
    ...{ name: `a figure with ${JSON.stringify(wrong)}`, type: 'figure.recorded.v1' },
    data: JSON.stringify({ ...FIGURE, ...wrong }),
    verdict: ['data-invalid', `/data${pointer}`] as const,
  })),
  ...(
    [
      ['dossier.apology.v1', { ...LETTER, date: undefined }, '/date'],
      ['dossier.apology.v1', { ...LETTER, letterNumber: ' ' }, '/letterNumber'],
      ['dossier.apology.v1', { ...LETTER, newDueAt: '31/12/2026' }, '/newDueAt'],
      ['report.recorded.v1', { ...ASKED, dutyId: '..' }, '/dutyId'],
      ['review.recorded.v1', { ...HELD, reviewId: 'actions' }, '/reviewId'],
      ['review.recorded.v1', { ...HELD, conclusion: '\u200b\u2060' }, '/conclusion'],
      ['risk.recorded.v1', { ...RISK, riskId: 'matrix' }, '/riskId'],
    ] as const
  ).map(([type, data, pointer]) => ({
    ...{ name: `${type} with ${pointer} that nobody can ask for or see`, type, data: JSON.stringify(data) },
    verdict: ['data-invalid', `/data${pointer}`] as const,
  })),
  {
    name: 'an action under the name of the review itself',
    type: 'review.recorded.v1',
    data: JSON.stringify({ ...HELD, action: { ...ACTION, id: 'review' } }),
    verdict: ['data-invalid', '/data/action/id'],
  },
];

const envelopeOf = (given: Case) => ({
  specversion: '1.0',
  id: given.name,
  source: '/một-cửa',
  type: given.type ?? 'dossier.status.v1',
  time: '2026-11-20T09:31:00+07:00',
});
const MARK = '\ufeff';
const marksOf = ({ marks = 0 }: Case) => Buffer.from(MARK.repeat(marks));
const structured = (given: Case, before = '', after = '') =>
  Buffer.concat([
    marksOf(given),
    Buffer.from(`${before}${JSON.stringify(envelopeOf(given)).slice(0, -1)},"data":`),
    Buffer.from(given.data),
    Buffer.from(`}${after}`),
  ]);
const binary = (given: Case) => Buffer.concat([marksOf(given), Buffer.from(given.data)]);

type Server = Awaited<ReturnType<typeof ingestServer>>;
type Door = (server: Server, given: Case, t: TestContext) => Promise<unknown>;

const post = async ({ app }: Server, payload: Buffer, headers: Record<string, string>) =>
  app.inject({ method: 'POST', url: '/v1/events', payload, headers });

const http =
  (type: string): Door =>
  (server, given) =>
    post(server, structured(given), { 'content-type': type });

const kafka =
  (message: (given: Case) => MessageParts): Door =>
  ({ ingest }, given) =>
    consumeBatch(
      {
        topic: 'hoso',
        partition: 0,
        messages: [{ ...message(given), offset: '0' }],
        resolve: () => {},
        commit: async () => {},
        heartbeat: async () => {},
        live: () => true,
      },
      { ...ingest, store: { away: () => {}, back: () => {} }, stopping: new AbortController().signal },
    );

const retry =
  (mended: boolean): Door =>
  async ({ app, ingest }, given) => {
    const raw = structured(given);
    const [id] = await ingest.deadLetters.keep([
      {
        receivedAt: 1,
        origin: 'test',
        raw: mended ? `not ${given.name}` : raw,
        faults: [{ code: 'too-large', pointer: '', was: '', expected: '' }],
      },
    ]);
    return app.inject({
      method: 'POST',
      url: `/v1/dead-letters/${id}/retry`,
      payload: mended ? { content: raw.toString() } : {},
    });
  };

const DOORS: Readonly<Record<string, Door>> = {
  'HTTP, structured': http('application/cloudevents+json'),
  'HTTP, plain JSON': http('application/json; charset=utf-8'),
  'HTTP, a batch of one': (server, given) =>
    post(server, structured(given, '[', ']'), { 'content-type': 'application/cloudevents-batch+json' }),
  'HTTP, binary': (server, given) =>
    post(server, binary(given), {
      'content-type': 'application/json',
      ...Object.fromEntries(
        Object.entries(envelopeOf(given)).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]),
      ),
    }),
  'Kafka, structured': kafka((given) => ({ value: structured(given) })),
  'Kafka, binary': kafka((given) => ({
    value: binary(given),
    headers: {
      'content-type': Buffer.from('application/json'),
      ...Object.fromEntries(
        Object.entries(envelopeOf(given)).map(([name, value]) => [`ce_${name}`, Buffer.from(value)]),
      ),
    },
  })),
  'a file': async ({ ingest }, given, t) => {
    const folder = mkdtempSync(join(tmpdir(), 'nhip-verdict-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'events.ndjson');
    writeFileSync(file, structured(given));
    await importFiles({
      files: await prepareFiles({ files: [file] }),
      destination: intakeDestination(ingest, 'test'),
      positionsDir: folder,
      out: () => {},
    });
  },
  'a dead letter tried again': retry(false),
  'a dead letter mended': retry(true),
};

for (const [name, door] of Object.entries(DOORS)) {
  test(`${name}: the same bytes get the verdict that they get everywhere`, async (t) => {
    const store = standInStore();
    const server = await ingestServer(t, store);
    const { deadLetters } = server.ingest;
    for (const given of CASES) {
      const body = structured(given);
      // Input that passes through a text is UTF-8 by then.
      if (name === 'a dead letter mended' && !body.equals(Buffer.from(body.toString()))) continue;
      const before = store.events.length;
      await door(server, given, t);
      const stored = store.events.slice(before).map(({ data }) => JSON.parse(data));
      const { items } = await deadLetters.list({ limit: 10, state: 'open' });
      for (const { id } of items)
        await deadLetters.dismiss(id, { by: 'the test', reason: 'looked at', at: 1 });
      if ('stored' in given.verdict) {
        assert.deepEqual(stored, [{ time: '2026-11-20T02:31:00.000Z', ...given.verdict.stored }], given.name);
        assert.deepEqual(items, [], given.name);
        continue;
      }
      assert.deepEqual(stored, [], given.name);
      const [code, pointer] = given.verdict;
      // In binary mode the body is the data.
      const inBody = code === 'unparseable' && name.endsWith('binary') ? '/data' : pointer;
      const faults = items.map(({ faults: [first] }) => [first?.code, first?.pointer]);
      assert.deepEqual(faults, [[code, inBody]], given.name);
    }
  });
}
