import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { feedName } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { FeedDeclaredV1 } from '../../office/feed-declared.v1.ts';
import type { LedgerReader, LedgerWriter } from '../port.ts';
import {
  at,
  counts,
  dossierIn,
  type LedgerFactory,
  type LedgerUnderTest,
  post,
  RULES,
  type Unplaced,
  unplaced,
} from './contract-events.ts';

const OFFICE = '/one-stop/h19';
const PORTAL = '/feeds/dvcqg/H19';
const STRAY = '/who/is-this';
const A = 'H19-260105-0001';
const B = 'H19-260105-0002';

/** What each of two sources says of one dossier: the office that it is in progress, the other that it is finished. */
const byOffice = (id: string, recordedAt: Moment): Unplaced =>
  stated(id, 'received', '2026-01-05 08:00', OFFICE, recordedAt);
const finished = (id: string, source: string, recordedAt: Moment): Unplaced =>
  stated(id, 'completed', '2026-01-08 08:00', source, recordedAt);

function stated(dossierId: string, status: string, time: string, source: string, recordedAt: Moment) {
  const data = { dossierId, status, ...(status === 'received' && { dueAt: at('2026-01-09 00:00') }) };
  const rank = source === PORTAL ? 2 : 1;
  const event = { type: 'dossier.status.v1', time: at(time), data };
  return unplaced(event, `${dossierId} ${status}`, recordedAt, rank, source);
}

let number = 0;
function declared(
  name: string,
  sources: readonly string[],
  rank: number | null,
  recordedAt: Moment,
  change: Partial<FeedDeclaredV1> = {},
): Unplaced {
  number += 1;
  const data = {
    name: feedName(name),
    sources: [...sources],
    rank,
    coverageFrom: null,
    types: [],
    ...change,
  };
  const event = { type: 'feed.declared.v1', time: recordedAt, data };
  return unplaced(event, `feeds/${number}`, recordedAt, 1, 'nhip/alerter');
}

const OPEN = { 'in-progress/timed': 1 };
const SETTLED = { 'settled/early': 1 };
/** The portal's statement without a receipt of its own. */
const SETTLED_ALONE = { 'settled/no-due-date': 1 };
const [FIRST, SECOND, THIRD, FOURTH] = [1, 2, 3, 4].map((day) => at(`2026-02-0${day} 08:00`)) as [
  Moment,
  Moment,
  Moment,
  Moment,
];

/** Feeds as dated statements: who ranks above whom decides the figures, and the past as it was known then stays. */
export function feedContract(create: LedgerFactory): void {
  describe('the feeds of a ledger', () => {
    const within = async (
      check: (writer: LedgerWriter, reader: LedgerReader, ledger: LedgerUnderTest) => Promise<void>,
    ) => {
      const ledger = await create();
      try {
        await check(await ledger.openWriter(RULES), await ledger.openReader(), ledger);
      } finally {
        await ledger.remove();
      }
    };
    const findings = async (reader: LedgerReader, id: string, known = {}) =>
      (await reader.snapshot((snapshot) => dossierIn(snapshot, id, known)))?.findings.map(({ code }) => code);

    it('lets the office decide above the portal, and the portal above the office once it is declared so', async () => {
      await within(async (writer, reader) => {
        await post(writer, [byOffice(A, FIRST), finished(A, PORTAL, FIRST)]);
        assert.deepEqual(await counts(reader), OPEN);
        assert.deepEqual(await findings(reader, A), ['outranked']);
        await post(writer, [
          declared('portal', [PORTAL], 1, SECOND),
          declared('one-stop', [OFFICE], 2, SECOND),
        ]);
        assert.deepEqual(await counts(reader), SETTLED_ALONE);
        await post(writer, [declared('portal', [PORTAL], 2, THIRD)]);
        assert.deepEqual(await counts(reader), SETTLED, 'of one rank all count');
        assert.deepEqual(await counts(reader, { knownAt: FIRST }), OPEN);
        assert.deepEqual(await counts(reader, { knownAt: SECOND }), SETTLED_ALONE);
        assert.deepEqual(await findings(reader, A, { knownAt: FIRST }), ['outranked']);
        assert.deepEqual(await findings(reader, A), []);
      });
    });

    it('ranks a source that no feed names below all, until it is named, and as it was known before that stays', async () => {
      await within(async (writer, reader) => {
        await post(writer, [declared('one-stop', [OFFICE], 9, FIRST)]);
        await post(writer, [byOffice(A, FIRST), finished(A, STRAY, SECOND), finished(B, STRAY, SECOND)]);
        assert.deepEqual(await counts(reader), { ...OPEN, ...SETTLED_ALONE }, 'alone it counts');
        await post(writer, [declared('one-stop', [OFFICE, STRAY], 9, THIRD)]);
        assert.deepEqual(await counts(reader), { ...SETTLED, ...SETTLED_ALONE });
        assert.deepEqual(await counts(reader, { knownAt: SECOND }), { ...OPEN, ...SETTLED_ALONE });
        await post(writer, [declared('one-stop', [OFFICE], 9, FOURTH)]);
        assert.deepEqual(await counts(reader), { ...OPEN, ...SETTLED_ALONE });
        assert.deepEqual(await counts(reader, { knownAt: THIRD }), { ...SETTLED, ...SETTLED_ALONE });
      });
    });

    it('is as it was before any, once the last feed is retired', async () => {
      await within(async (writer, reader) => {
        await post(writer, [byOffice(A, FIRST), finished(A, STRAY, FIRST)]);
        assert.deepEqual(await counts(reader), SETTLED);
        await post(writer, [declared('one-stop', [OFFICE], 9, SECOND)]);
        assert.deepEqual(await counts(reader), OPEN);
        await post(writer, [declared('one-stop', [], 9, THIRD)]);
        assert.deepEqual(await counts(reader), SETTLED);
      });
    });

    it('changes no answer, about no moment, by feeds known from the beginning with the ranks that events have', async () => {
      await within(async (writer, reader) => {
        const mixed = { ...finished(B, STRAY, SECOND) };
        await post(writer, [byOffice(A, FIRST), finished(A, PORTAL, FIRST)]);
        await post(writer, [byOffice(B, FIRST), { ...mixed, metadata: { ...mixed.metadata, rank: 3 } }]);
        const { entry } = writer.checkpoint;
        const answers = async () => [
          ...[await counts(reader), await counts(reader, { knownAt: FIRST })],
          ...[await findings(reader, A), await findings(reader, B, { knownAt: SECOND })],
        ];
        const before = await answers();
        const fromBeginning = { fromFile: true, fromBeginning: true } as const;
        await post(writer, [
          declared('one-stop', [OFFICE], 1, THIRD, fromBeginning),
          declared('portal', [PORTAL], 2, THIRD, fromBeginning),
          declared(STRAY, [STRAY], null, THIRD, fromBeginning),
        ]);
        assert.deepEqual(await answers(), before);
        assert.equal(writer.checkpoint.entry, entry, 'nothing was posted');
        await post(writer, [declared('portal', [PORTAL], 1, FOURTH)]);
        assert.deepEqual(await counts(reader, { knownAt: THIRD }), before[0]);
      });
    });

    it('follows a dossier whose sources an alias brings together', async () => {
      await within(async (writer, reader) => {
        await post(writer, [
          declared('one-stop', [OFFICE], 1, FIRST),
          declared('portal', [PORTAL], 2, FIRST),
        ]);
        await post(writer, [byOffice(A, FIRST), finished(B, PORTAL, FIRST)]);
        const data = { dossierId: A, aliases: [B], status: 'in-progress' };
        const event = { type: 'dossier.status.v1', time: at('2026-01-06 08:00'), data };
        await post(writer, [unplaced(event, 'link', SECOND, 1, OFFICE)]);
        assert.deepEqual(await counts(reader), OPEN);
        await post(writer, [declared('portal', [PORTAL], 1, THIRD)]);
        assert.deepEqual(await counts(reader), SETTLED);
      });
    });
  });
}
