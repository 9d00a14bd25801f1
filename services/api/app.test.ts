import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { pino } from 'pino';
import { books } from '../../shared/books/registry.ts';
import { DEFAULT_OFFICE_HOURS } from '../../shared/calendar/working-calendar.ts';
import { zoneOf } from '../../shared/calendar/zone.ts';
import { START } from '../../shared/contracts/stored-event.ts';
import { Commits } from '../../shared/ledger/commits.ts';
import { LedgerBusy } from '../../shared/ledger/port.ts';
import { builtinObjectives } from '../../shared/measures/builtin.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import { StubLedger } from '../../shared/measures/testing/stub-ledger.ts';
import { EnteredFigures } from '../../shared/objectives/entered-figures.ts';
import { ObjectiveBook } from '../../shared/objectives/objective-book.ts';
import { validateRequest } from '../../shared/platform/request-validator.ts';
import { buildApi, ITEM_VIEWS } from './app.ts';

test('a question for which the ledger has no time is a 503 that says when to ask again, beside figures that it has', async () => {
  const zone = zoneOf('Asia/Ho_Chi_Minh');
  const clock = () => Date.parse('2026-11-23T10:00:00+07:00');
  const ledger = new StubLedger();
  const slow = new StubLedger();
  slow.snapshot = async () => {
    throw new LedgerBusy('Already 64 questions wait for the ledger.');
  };
  const observatory = new Observatory({
    ...{ ledger, slow, zone, clock, measures: MEASURES, kinds: books.kinds },
    file: { definitions: builtinObjectives(), from: 'built-in' },
    ...{
      holidays: [],
      hours: DEFAULT_OFFICE_HOURS,
      feeds: [],
      deadLetters: async () => [],
      doubts: () => [],
    },
  });
  const events = {
    head: async () => START,
    readStream: async () => [],
    readAll: async () => assert.fail('no list reads events'),
    async *subscribe() {},
  };
  const store = { readStream: async () => [], append: () => assert.fail('nothing is stated') };
  const audit = { record: async () => {} };
  const api = buildApi({
    ...{
      ledger,
      events,
      observatory,
      zone,
      clock,
      extensionRule: 'once-before-due',
      lateConclusionWorkingDays: 15,
      views: ITEM_VIEWS,
      log: pino({ level: 'silent' }),
    },
    commits: new Commits(ledger.now),
    definitions: {
      book: new ObjectiveBook(store, clock, { definitions: [] }),
      figures: new EnteredFigures(store, clock, zone),
      audit,
    },
    desk: { store, clock, audit },
    names: { of: async () => new Map() },
  });
  const app = Fastify();
  app.setValidatorCompiler(validateRequest);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(api.routes);
  try {
    for (const path of ['/objectives?asOf=2026-11-20', '/objectives/dossier-on-time/evidence', '/dossiers']) {
      const { statusCode, headers, body } = await app.inject(path);
      assert.deepEqual([statusCode, headers['retry-after']], [503, '5'], `${path}: ${body}`);
      assert.equal(JSON.parse(body).code, 'overloaded');
    }
    assert.equal((await app.inject('/objectives')).statusCode, 200);
  } finally {
    api.close();
    await app.close();
  }
});
