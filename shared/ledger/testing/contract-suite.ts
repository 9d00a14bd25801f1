import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { BalanceQuery, ListPlace, ListQuery } from '../../bookkeeping/balance.ts';
import { allIn } from '../../bookkeeping/selection.ts';
import { documentBook } from '../../books/document/book.ts';
import type { ExchangeStep } from '../../books/document/exchange.v1.ts';
import type { DocumentRegisteredV1 } from '../../books/document/registered.v1.ts';
import { dossierBook } from '../../books/dossier/book.ts';
import type { DossierStatusV1 } from '../../books/dossier/status.v1.ts';
import type { LocalDay } from '../../calendar/zone.ts';
import { documentId, dossierId, eventId, fieldId, unitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { LedgerReader, LedgerWriter } from '../port.ts';
import {
  ALL_DAYS,
  at,
  counts,
  day,
  documentIn,
  dossierIn,
  foreign,
  type LedgerFactory,
  type LedgerUnderTest,
  post,
  RULES,
  type Unplaced,
  unplaced,
} from './contract-events.ts';

const A = dossierId('H19.12-260105-0001');
const B = dossierId('H19.12-260105-0002');
const UNIT = unitId('H19.12');

type Status = Partial<DossierStatusV1> & Pick<DossierStatusV1, 'status'>;

/** A status event with CloudEvents id `dossier/status/time`, recorded one second after its time. */
function status(id: string, time: string, data: Status, recorded = at(time) + 1_000): Unplaced {
  const event = {
    type: 'dossier.status.v1',
    time: at(time),
    data: { dossierId: dossierId(id), unitId: UNIT, ...data },
  } as const;
  return unplaced(event, `${id}/${data.status}/${time}`, recorded);
}
const received = (id: string, time: string, due = '2026-01-09') =>
  status(id, time, { status: 'received', dueAt: at(due) });

const DOCUMENT = documentId('H19,2026-01-05,1/VP');
const RECIPIENT = unitId('H19.20');

function registered(time: string): Unplaced {
  const data: DocumentRegisteredV1 = {
    documentId: DOCUMENT,
    scope: 'inter-agency',
    fromUnitId: UNIT,
    issuedAt: at(time),
    recipients: [{ unitId: RECIPIENT, channel: 'axis' }],
  };
  return unplaced(
    { type: 'document.registered.v1', time: at(time), data },
    `register/${time}`,
    at(time) + 1_000,
  );
}

function exchanged(step: ExchangeStep, time: string): Unplaced {
  const data = { documentId: DOCUMENT, recipientUnitId: RECIPIENT, step, at: at(time) };
  return unplaced(
    { type: 'document.exchange.v1', time: at(time), data },
    `${step}/${time}`,
    at(time) + 1_000,
  );
}

/** Facts that hold for a ledger on any engine; `ledgerProperties` has those for any input. */
export function ledgerContract(create: LedgerFactory): void {
  describe('a ledger', () => {
    let ledger: LedgerUnderTest;
    let writer: LedgerWriter;
    let reader: LedgerReader;

    beforeEach(async () => {
      ledger = await create();
      writer = await ledger.openWriter(RULES);
      reader = await ledger.openReader();
    });
    afterEach(() => ledger.remove());

    const list = (query: Partial<ListQuery>) =>
      reader.snapshot((snapshot) =>
        snapshot.list(dossierBook, { anyOf: allIn('in-progress/timed'), filter: {}, limit: 100, ...query }),
      );
    const idsOf = async (query: Partial<ListQuery>) => (await list(query)).items.map(({ id }) => id);

    it('is empty at first', async () => {
      const empty = await reader.snapshot(async (snapshot) => ({
        position: snapshot.checkpoint.position,
        balances: await snapshot.balances({ book: dossierBook, ...ALL_DAYS, filter: {}, by: [] }),
        since: await snapshot.knownSince(dossierBook),
        dossier: await dossierIn(snapshot, A),
        sources: await snapshot.sources(),
      }));
      assert.deepEqual(empty, { position: 0, balances: [], since: null, dossier: undefined, sources: [] });
    });

    it('lets an event replace one that was stored with its source and id decomposed', async () => {
      const source = '/một-cửa';
      const from = (event: Unplaced, written: string, sourceId: string): Unplaced => ({
        ...event,
        id: eventId(written, sourceId),
        metadata: { ...event.metadata, source: written, sourceId },
      });
      const nfd = (text: string) => text.normalize('NFD');
      const wrong = status(A, '2026-01-05 08:00', { status: 'received', dueAt: at('2026-01-06') });
      const right = { status: 'received', dueAt: at('2026-01-09'), corrects: 'sự kiện 1' } as const;
      await post(writer, [
        from(wrong, nfd(source), nfd('sự kiện 1')),
        from(status(A, '2026-01-05 08:00', right), source, 'sự kiện 2'),
      ]);
      const dossier = await reader.snapshot((snapshot) => dossierIn(snapshot, A));
      assert.equal(dossier?.originalDueAt, at('2026-01-09'));
      assert.deepEqual(
        dossier?.findings.map(({ code }) => code),
        ['replaced'],
      );
    });

    it('counts a dossier as open from receipt, and as settled on the day of its end', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      await post(writer, [status(A, '2026-01-08 08:00', { status: 'completed' })]);
      assert.deepEqual(await counts(reader, { to: day('2026-01-04') }), {});
      assert.deepEqual(await counts(reader, { to: day('2026-01-05') }), { 'in-progress/timed': 1 });
      assert.deepEqual(await counts(reader, { to: day('2026-01-07') }), { 'in-progress/timed': 1 });
      assert.deepEqual(await counts(reader, { to: day('2026-01-08') }), { 'settled/early': 1 });
      assert.deepEqual(await counts(reader, { from: day('2026-01-09') }), {});
    });

    it('states on open amounts the moment from which they are overdue', async () => {
      await post(writer, [received(A, '2026-01-05 08:00', '2026-01-09')]);
      const [open] = await reader.snapshot(async (snapshot) =>
        (await snapshot.balances({ book: dossierBook, ...ALL_DAYS, filter: {}, by: ['unit'] })).filter(
          ({ account }) => account === 'in-progress/timed',
        ),
      );
      const due = at('2026-01-10 00:00');
      const expected = {
        account: 'in-progress/timed',
        original: null,
        due,
        dueOriginal: due,
        key: [UNIT],
        count: 1,
      };
      assert.deepEqual(open, expected);
    });

    it('restates the old day when a correction comes late, and keeps the figure from before it', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      await post(writer, [status(A, '2026-01-08 08:00', { status: 'completed' })]);
      const correction = { status: 'completed', corrects: `${A}/completed/2026-01-08 08:00` } as const;
      const late = status(A, '2026-01-12 08:00', correction, at('2026-02-01 08:00'));
      await post(writer, [late]);
      assert.deepEqual(await counts(reader), { 'settled/late': 1 });
      assert.deepEqual(await counts(reader, { knownAt: at('2026-01-31 08:00') }), { 'settled/early': 1 });
      assert.deepEqual(await counts(reader, { knownAt: at('2026-01-06 08:00') }), { 'in-progress/timed': 1 });
      assert.deepEqual(await counts(reader, { knownAt: at('2026-01-01 08:00') }), {});
      const onReceipt = { to: day('2026-01-05'), knownAt: at('2026-01-06 08:00') };
      assert.deepEqual(await counts(reader, onReceipt), { 'in-progress/timed': 1 });
      assert.deepEqual(await counts(reader, { ...onReceipt, to: day('2026-01-04') }), {});
    });

    it('counts an event once, however often it arrives', async () => {
      const event = received(A, '2026-01-05 08:00');
      await post(writer, [event, event]);
      await post(writer, [event]);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 1 });
      const [feed] = await reader.snapshot((snapshot) => snapshot.sources());
      assert.equal(feed?.events, 1);
    });

    it('makes one dossier of two that an alias links later, as known before stays two', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      await post(writer, [received(B, '2026-01-05 09:00')]);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 2 });
      await post(writer, [status(B, '2026-01-06 08:00', { status: 'in-progress', aliases: [A] })]);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 1 });
      assert.deepEqual(await counts(reader, { knownAt: at('2026-01-05 12:00') }), { 'in-progress/timed': 2 });
      const [byA, byB] = await reader.snapshot(async (snapshot) => [
        await dossierIn(snapshot, A),
        await dossierIn(snapshot, B),
      ]);
      assert.deepEqual(byA, byB);
      assert.equal(byA?.id, A);
      assert.deepEqual(byA?.aliases, [B]);
      assert.deepEqual(await idsOf({}), [A]);
      assert.deepEqual(await idsOf({ knownAt: at('2026-01-05 12:00') }), [A, B]);
    });

    it('moves a breakdown as a whole when a dimension is restated', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      const other = unitId('H19.13');
      const land = fieldId('land');
      const moved = { status: 'in-progress', unitId: other, fieldId: land } as const;
      await post(writer, [status(A, '2026-01-06 08:00', moved)]);
      assert.deepEqual(await counts(reader, { filter: { units: [UNIT] } }), {});
      assert.deepEqual(await counts(reader, { filter: { units: [UNIT, other], where: { field: land } } }), {
        'in-progress/timed': 1,
      });
      const before = at('2026-01-05 12:00');
      assert.deepEqual(await counts(reader, { filter: { units: [UNIT] }, knownAt: before }), {
        'in-progress/timed': 1,
      });
    });

    it('holds a document awaiting until its grace ends, by the calendar known when it was registered', async () => {
      await post(writer, [registered('2026-01-05 08:00')]);
      const off = { day: '2026-01-06', kind: 'off', instrument: 'CV 1' } as const;
      const declared = { type: 'calendar.day-declared.v1', time: at('2026-01-05 09:00'), data: off } as const;
      await post(writer, [unplaced(declared, 'off', at('2026-01-05 09:00'))]);
      await post(writer, [exchanged('sent', '2026-01-05 09:30')]);
      const document = await reader.snapshot((snapshot) => documentIn(snapshot, DOCUMENT));
      const [pair] = document?.pairs ?? [];
      assert.equal(pair?.account, 'exchanged/not-electronic');
      assert.equal(pair?.graceUntil, at('2026-01-05 10:00'));
      await post(writer, [exchanged('arrived', '2026-01-05 11:00')]);
      assert.deepEqual(await counts(reader, { book: documentBook }), { 'exchanged/electronic': 1 });
      assert.deepEqual(await counts(reader, { book: documentBook, knownAt: at('2026-01-05 10:30') }), {
        'exchanged/not-electronic': 1,
      });
      assert.deepEqual(
        await counts(reader, { book: documentBook, filter: { where: { scope: 'internal' } } }),
        {},
      );
      const awaiting = { anyOf: allIn('exchanged/not-electronic'), filter: {}, limit: 10 };
      const lists = await reader.snapshot(async (snapshot) => [
        await snapshot.list(documentBook, awaiting),
        await snapshot.list(documentBook, { ...awaiting, knownAt: at('2026-01-05 10:30') }),
      ]);
      assert.deepEqual(
        lists.map(({ items }) => items.length),
        [0, 1],
      );
    });

    it('lists open dossiers by due date, page by page, each once', async () => {
      const dates = ['2026-01-20', '2026-01-10', '2026-01-15'];
      const ids = dates.map((_, index) => `H19.12-260105-000${index + 1}`);
      await post(
        writer,
        ids.map((id, index) => received(id, '2026-01-05 08:00', dates[index])),
      );
      const found: string[] = [];
      let after: ListPlace | undefined;
      do {
        const page = await list({ limit: 1, ...(after && { after }) });
        found.push(...page.items.map(({ id }) => id));
        after = page.next;
      } while (after);
      assert.deepEqual(found, [ids[1], ids[2], ids[0]]);
      const due = (range: { after?: Moment; until?: Moment }): Pick<ListQuery, 'anyOf'> => ({
        anyOf: [{ account: 'in-progress/timed', due: { on: 'adjusted', ...range } }],
      });
      const [first, second] = [at('2026-01-11 00:00'), at('2026-01-16 00:00')];
      assert.deepEqual(await idsOf(due({ until: second })), [ids[1], ids[2]]);
      assert.deepEqual(await idsOf(due({ after: first, until: second })), [ids[2]]);
      assert.deepEqual(await idsOf(due({ after: second })), [ids[0]]);
      const then = { knownAt: at('2026-01-05 12:00') };
      assert.deepEqual(await idsOf({ ...due({ until: second }), ...then }), [ids[1], ids[2]]);
    });

    it('lists closed dossiers by the day of their end', async () => {
      await post(writer, [received(A, '2026-01-05 08:00'), received(B, '2026-01-05 08:00')]);
      await post(writer, [status(B, '2026-01-06 08:00', { status: 'completed' })]);
      await post(writer, [status(A, '2026-01-07 08:00', { status: 'completed' })]);
      const ended = { anyOf: allIn('settled/early', 'settled/on-time') };
      assert.deepEqual(await idsOf(ended), [B, A]);
      assert.deepEqual(await idsOf({ ...ended, from: day('2026-01-07') }), [A]);
      assert.deepEqual(await idsOf({ ...ended, from: day('2026-01-06'), to: day('2026-01-06') }), [B]);
      assert.deepEqual(await idsOf({ ...ended, from: day('2026-01-06'), knownAt: at('2026-01-06 12:00') }), [
        B,
      ]);
    });

    it('lists subjects by finding', async () => {
      const noDue = status(B, '2026-01-05 09:00', { status: 'received' });
      await post(writer, [received(A, '2026-01-05 08:00'), noDue]);
      const anyOf = allIn('in-progress/timed', 'in-progress/no-due-date');
      assert.deepEqual(await idsOf({ anyOf }), [A, B]);
      assert.deepEqual(await idsOf({ anyOf, finding: 'no-due-date' }), [B]);
      await post(writer, [status(B, '2026-01-06 09:00', { status: 'in-progress', dueAt: at('2026-01-20') })]);
      assert.deepEqual(await idsOf({ anyOf, finding: 'no-due-date' }), []);
    });

    it('finds nothing by a name that events cannot have', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      const names = ['\0', `${A}\0`, `${UNIT}\0`, '\ud800', "'", '%'];
      await reader.snapshot(async (ledger) => {
        for (const name of names) {
          assert.equal(await dossierIn(ledger, dossierId(name)), undefined);
          assert.equal(await documentIn(ledger, documentId(name)), undefined);
          for (const filter of [{ units: [unitId(name)] }, { where: { field: fieldId(name) } }]) {
            const list = await ledger.list(dossierBook, {
              anyOf: allIn('in-progress/timed'),
              filter,
              limit: 10,
            });
            assert.deepEqual(list.items, [], JSON.stringify(name));
          }
        }
      });
    });

    const named = (name: string, time: string, id = name): Unplaced => {
      const data = { unitId: UNIT, name, effectiveFrom: '2026-01-01' } as const;
      return unplaced({ type: 'unit.declared.v1', time: at(time), data }, id, at('2026-02-01'));
    };
    const namesDeclared = (since?: number) =>
      reader.snapshot(async (ledger) =>
        (await ledger.declared({ ...(since !== undefined && { since }) })).map(({ declared: { record } }) =>
          'name' in record ? record.name : null,
        ),
      );

    it('keeps each statement that changes the reference data, with a version', async () => {
      await post(writer, [named('One', '2026-01-05 08:00'), named('Two', '2026-01-06 08:00')]);
      assert.deepEqual([await namesDeclared(), writer.checkpoint.office], [['One', 'Two'], 2]);
      await post(writer, [received(A, '2026-01-05 08:00')]);
      await post(writer, [named('Three', '2026-01-07 08:00')]);
      assert.deepEqual([await namesDeclared(2), (await reader.checkpoint()).office], [['Three'], 3]);
    });

    it('adds nothing for a statement without a change, and lets it win over older ones, also after reopening', async () => {
      await post(writer, [named('One', '2026-01-05 08:00')]);
      await post(writer, [named('One', '2026-01-07 08:00', 'again')]);
      const reopened = await ledger.openWriter(RULES);
      await post(reopened, [named('Two', '2026-01-06 08:00'), named('One', '2026-01-04 08:00', 'old')]);
      assert.deepEqual([await namesDeclared(), reopened.checkpoint.office], [['One'], 1]);
      const [feed] = await reader.snapshot((snapshot) => snapshot.sources());
      assert.equal(feed?.events, 4, 'but each counts for its feed');
    });

    it('keeps units with their mergers and procedures, fields, and procedures as they were stated', async () => {
      const statedAt = at('2026-01-05 08:00');
      const state = (type: string, data: object) =>
        unplaced({ type, time: statedAt, data }, JSON.stringify([type, data]), at('2026-02-01'));
      const shared = { effectiveFrom: '2025-07-01', instrument: '1450/QĐ-BNV' };
      const duties = [
        { fieldId: 'Y tế', role: 'monitors' },
        { fieldId: 'Đất đai', role: 'handles' },
      ];
      await post(writer, [
        state('field.declared.v1', { fieldId: 'Đất đai', name: 'Đất đai', ...shared }),
        state('procedure.declared.v1', {
          ...{ procedureId: '1.000669', name: 'Cấp giấy phép', fieldId: 'Đất đai', ...shared },
          legalLimit: { amount: 15, unit: 'working-days' },
        }),
        state('unit.declared.v1', { unitId: 'H19.12', name: 'Sở Y tế', procedures: duties, ...shared }),
        state('unit.declared.v1', { unitId: 'H10.12', name: 'Sở cũ', mergedInto: 'H19.12', ...shared }),
        state('unit.declared.v1', { unitId: 'H19.13', name: 'Sở giải thể', closed: true, ...shared }),
      ]);
      const rows = await reader.snapshot((snapshot) => snapshot.declared({}));
      const from = (Date.UTC(2025, 6, 1) / 86_400_000) as LocalDay;
      const common = { from, to: null, instrument: '1450/QĐ-BNV', knownAt: at('2026-02-01') };
      const unit = { parent: null, handlesProcedures: false, procedures: [], ending: null, ...common };
      assert.deepEqual(
        rows.map(({ declared: { kind, record } }) => [kind, record]),
        [
          ['field', { id: 'Đất đai', name: 'Đất đai', ...common }],
          [
            'procedure',
            {
              ...{ id: '1.000669', name: 'Cấp giấy phép', field: 'Đất đai', ...common },
              legalLimit: { amount: 15, unit: 'working-days' },
            },
          ],
          [
            'unit',
            {
              ...{ ...unit, id: 'H19.12', name: 'Sở Y tế', handlesProcedures: true },
              procedures: duties.map(({ fieldId: field, role }) => ({ field, role })),
            },
          ],
          [
            'unit',
            {
              ...unit,
              id: 'H10.12',
              name: 'Sở cũ',
              parent: 'H19.12',
              ending: { kind: 'merged', into: 'H19.12' },
            },
          ],
          ['unit', { ...unit, id: 'H19.13', name: 'Sở giải thể', ending: { kind: 'closed' } }],
        ],
      );
      const known = await reader.snapshot((snapshot) => snapshot.declared({ knownAt: at('2026-01-31') }));
      assert.deepEqual(known, [], 'what was recorded later was not known then');
    });

    it('lists the feeds with events after a position', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      const { position } = writer.checkpoint;
      const feedsSince = () => reader.snapshot((snapshot) => snapshot.sources(position));
      assert.deepEqual(await feedsSince(), []);
      await post(writer, [received(B, '2026-01-05 08:00')]);
      assert.deepEqual(
        (await feedsSince()).map(({ events }) => events),
        [2],
      );
    });

    it('skips events of other types and moves the checkpoint over them', async () => {
      await post(writer, [received(A, '2026-01-05 08:00'), foreign(at('2026-01-07 08:00'))]);
      const checkpoint = await reader.checkpoint();
      assert.equal(checkpoint.position, 2);
      assert.equal(checkpoint.knownAt, at('2026-01-07 08:00'));
      assert.equal(
        await reader.snapshot((snapshot) => snapshot.knownSince(dossierBook)),
        at('2026-01-05 08:00') + 1_000,
      );
      assert.equal(await reader.snapshot((snapshot) => snapshot.knownSince(documentBook)), null);
    });

    it('sets aside an event of a type that a newer version wrote, by its name, and never skips it', async () => {
      for (const type of ['dossier.status.v2', 'audit.moon-shot.v1']) {
        const posted = await post(writer, [{ ...received(B, '2026-01-05 09:00'), type }]);
        assert.deepEqual(
          posted.poison.map((one) => [one.type, one.error]),
          [[type, 'this program does not know its type: a newer version wrote it']],
        );
      }
      const counts = await reader.snapshot((snapshot) => snapshot.setAside());
      assert.deepEqual(counts.map(({ type }) => type).sort(), ['audit.moon-shot.v1', 'dossier.status.v2']);
    });

    it('sets aside an event that cannot be folded, and continues', async () => {
      const poison = { ...received(B, '2026-01-05 09:00'), data: '{' };
      const posted = await post(writer, [poison, received(A, '2026-01-05 10:00')]);
      assert.deepEqual(
        posted.poison.map(({ position }) => position),
        [1],
      );
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 1 });
    });

    it('lets one of two writers win, and the other step back', async () => {
      const other = await ledger.openWriter(RULES);
      await post(writer, [received(A, '2026-01-05 08:00')]);
      await assert.rejects(post(other, [received(A, '2026-01-05 08:00')]), { code: 'ledger-conflict' });
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 1 });
      assert.deepEqual(other.checkpoint, writer.checkpoint, 'it can continue from there');
      await post(other, [received(B, '2026-01-05 09:00')]);
      await assert.rejects(post(writer, [received(B, '2026-01-05 09:00')]), { code: 'ledger-conflict' });
    });

    it('shows a snapshot as it was when it began', async () => {
      await post(writer, [received(A, '2026-01-05 08:00')]);
      const query: BalanceQuery = { book: dossierBook, ...ALL_DAYS, filter: {}, by: [] };
      const [before, after] = await reader.snapshot(async (snapshot) => {
        const first = await snapshot.balances(query);
        await post(writer, [received(B, '2026-01-05 09:00')]);
        return [first, await snapshot.balances(query)];
      });
      assert.deepEqual(after, before);
      assert.deepEqual(await counts(reader), { 'in-progress/timed': 2 });
    });
  });
}
