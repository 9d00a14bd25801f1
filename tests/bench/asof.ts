import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { seriesPoints } from '../../services/api/measures/series.ts';
import { countedRowView } from '../../services/api/measures/views.ts';
import { type Random, seeded } from '../../services/standalone/demo/random.ts';
import { books } from '../../shared/books/registry.ts';
import { addDays, DAY, formatDay, type LocalDay } from '../../shared/calendar/zone.ts';
import { unitId } from '../../shared/contracts/ids.ts';
import { builtinObjectives } from '../../shared/measures/builtin.ts';
import type { FigureRequest } from '../../shared/measures/figure-frame.ts';
import { Observatory } from '../../shared/measures/observatory.ts';
import { MEASURES } from '../../shared/measures/registry.ts';
import type { RunningServer } from '../support/standalone.ts';
import { type Bench, type Figure, percentile } from './figures.ts';
import { fillPast, inFolder } from './files.ts';
import { OFFICE, SEED } from './input.ts';
import { openPlainLedger } from './plain-ledger.ts';
import { probe, waitFigure } from './probing.ts';
import { processorOf, shows, startAsShipped } from './process.ts';

const QUESTIONS = 1_000;
/** Asked with nothing beside them; how long they take says how long the others will. */
const ALONE = 100;
/** So many answers are held against those of a plain journal. */
const COMPARED = 30;
const GOAL_MS = 100;
const OBJECTIVE = 'dossier-on-time';
const UNITS = ['H19', 'H19.01', 'H19.04', 'H19.05', 'H19.06', 'H19.07', 'H19.08'] as const;
const FIELDS = ['Đất đai', 'Hộ tịch', 'Chứng thực', 'Xây dựng', 'Y tế'] as const;
const DIMENSIONS = ['unit', 'field', 'procedure', 'channel'] as const;

/** Questions about the past to a server with a year of its own: as of past moments, and windows that are over. */
export const asof: Bench = ({ quick, dossiers = quick ? 10_000 : 100_000, log }) =>
  inFolder(async (folder) => {
    const data = join(folder, 'data');
    mkdirSync(data);
    const events = await fillPast(data, dossiers, log);
    return askPast(data, { dossiers, events, log });
  });

interface Filled {
  readonly dossiers: number;
  readonly events: number;
  readonly log: (line: string) => void;
}

/** @param data a folder that {@link fillPast} filled */
export async function askPast(data: string, { dossiers, events, log }: Filled): Promise<readonly Figure[]> {
  const all = questions();
  const answers: Answer[] = [];
  const server = await startAsShipped({ DATA_DIR: data });
  const ask = async (some: readonly Question[]) => {
    for (const question of some) answers.push(await answerTo(server, question));
  };
  try {
    await shows(server, events);
    const present = `${server.url}/v1/objectives`;
    log('asof: the present alone');
    const [without = []] = await probe(10, [present]);
    log(`asof: ${all.length} questions`);
    const spentBefore = processorOf(server);
    const began = performance.now();
    await ask(all.slice(0, ALONE));
    const seconds = (((performance.now() - began) / ALONE) * (QUESTIONS - ALONE)) / 1_000;
    const [[beside = []]] = await Promise.all([probe(Math.ceil(seconds), [present]), ask(all.slice(ALONE))]);
    const spent = (processorOf(server) - spentBefore) / 1_000 / all.length;
    await server.stop();
    log('asof: the same from a plain journal');
    const compared = await assertTrue(join(data, 'ledger.db'), answers);
    const size = `${dossiers.toLocaleString('en-US')} dossiers`;
    const refused = answers.reduce((sum, one) => sum + one.refused, 0);
    const waits = answers.map(({ ms }) => ms);
    const note =
      `${QUESTIONS} questions one after the other; median ${shown(waits, 0.5)}, p99 ${shown(waits, 0.99)} ms; 503: ${refused}; ` +
      `${spent.toFixed(1)} ms of processor time a question; ${compared} answers equal those of the plain journal`;
    const kinds = Map.groupBy(answers, ({ question }) => question.kind);
    return [
      {
        what: `as of past moments, ${size}, p95`,
        value: percentile(waits, 0.95),
        unit: 'ms',
        goal: GOAL_MS,
        note,
      },
      ...[...kinds].map(([kind, some]): Figure => {
        const ofKind = some.map(({ ms }) => ms);
        const own = `${some.length} questions; median ${shown(ofKind, 0.5)}, p99 ${shown(ofKind, 0.99)} ms`;
        return { what: `${kind}, p95`, value: percentile(ofKind, 0.95), unit: 'ms', note: own };
      }),
      waitFigure('GET /v1/objectives alone, p99', without),
      waitFigure('GET /v1/objectives beside them, p99', beside),
    ];
  } finally {
    await server.kill();
  }
}

const shown = (values: readonly number[], part: number): number => Math.round(percentile(values, part));

type Kind = 'objectives' | 'objective' | 'breakdown' | 'series';

interface Question {
  readonly kind: Kind;
  readonly by: string;
  readonly path: string;
  readonly request: FigureRequest;
}

/** The same for every run on one day. */
function questions(): readonly Question[] {
  const random = seeded(SEED);
  return Array.from({ length: QUESTIONS }, () => questionBy(random));
}

function questionBy(random: Random): Question {
  const today = OFFICE.zone.dayOf(Date.now());
  const asOf = random.chance(0.85) ? Date.now() - random.whole(1, 300 * DAY) : undefined;
  const last = asOf === undefined ? addDays(today, -1) : OFFICE.zone.dayOf(asOf);
  const window = windowBy(random, last, asOf === undefined);
  const unit = random.chance(0.4) ? random.pick(UNITS) : undefined;
  const field = random.chance(0.25) ? random.pick(FIELDS) : undefined;
  const by = random.pick(DIMENSIONS);
  const kind = random.pick<Kind>(['objectives', 'objective', 'breakdown', 'series']);
  const asked = new URLSearchParams({
    ...(asOf !== undefined && { asOf: new Date(asOf).toISOString() }),
    ...(window && { from: formatDay(window.from), to: formatDay(window.to) }),
    ...(unit !== undefined && { unit }),
    ...(field !== undefined && { field }),
    ...(kind === 'breakdown' && { by }),
  });
  const below = {
    objectives: '',
    objective: `/${OBJECTIVE}`,
    breakdown: `/${OBJECTIVE}/breakdown`,
    series: `/${OBJECTIVE}/series`,
  };
  return {
    kind,
    by: kind === 'series' ? 'day' : by,
    path: `/v1/objectives${below[kind]}?${asked}`,
    request: {
      ...(asOf !== undefined && { asOf }),
      ...(window && { window }),
      ...(unit !== undefined && { unit: unitId(unit) }),
      ...(field !== undefined && { where: { field } }),
    },
  };
}

/** Days that are over; undefined for the objective's own window. */
function windowBy(random: Random, last: LocalDay, always: boolean) {
  if (!always && random.chance(0.5)) return undefined;
  const to = addDays(last, -random.whole(0, 60));
  return { from: addDays(to, -random.whole(0, 90)), to };
}

interface Answer {
  readonly question: Question;
  readonly ms: number;
  readonly refused: number;
  readonly body: unknown;
}

/** Asks until it is not refused for now; what it then waited for is that of the last try. */
async function answerTo({ url }: RunningServer, question: Question): Promise<Answer> {
  for (let refused = 0; ; refused += 1) {
    const began = performance.now();
    const response = await fetch(url + question.path);
    const body: unknown = await response.json();
    const ms = performance.now() - began;
    if (response.ok) return { question, ms, refused, body };
    if (response.status !== 503)
      throw new Error(`${response.status} for ${question.path}: ${JSON.stringify(body)}`);
    await pause(Number(response.headers.get('retry-after')) * 1_000);
  }
}

const figure = z.object({
  id: z.string(),
  numerator: z.number(),
  denominator: z.number(),
  parts: z.array(z.object({ name: z.string(), count: z.number() })),
});
const shapes = {
  objectives: z.object({ objectives: z.array(figure) }),
  objective: figure,
  breakdown: z.object({
    parts: z.array(
      z.object({
        key: z.string().nullable(),
        numerator: z.number(),
        denominator: z.number(),
        partCounts: z.record(z.string(), z.number()),
      }),
    ),
  }),
  series: z.object({
    points: z.array(z.object({ from: z.string(), numerator: z.number(), denominator: z.number() })),
  }),
};

/** Asserts that some of the answers are those of a walk over the whole journal. @returns how many */
async function assertTrue(ledgerPath: string, answers: readonly Answer[]): Promise<number> {
  const ledger = openPlainLedger(ledgerPath);
  const observatory = new Observatory({
    ...OFFICE,
    ledger,
    measures: MEASURES,
    kinds: books.kinds,
    file: { definitions: builtinObjectives(), from: 'built-in' },
    clock: Date.now,
    deadLetters: async () => [],
    doubts: () => [],
  });
  const sample = answers.filter((_, index) => index % Math.ceil(answers.length / COMPARED) === 0);
  try {
    for (const { question, body } of sample) {
      const shape = shapes[question.kind];
      const expected: unknown = await plainAnswer(observatory, question);
      assert.deepEqual(shape.parse(body), shape.parse(expected), question.path);
    }
  } finally {
    await ledger.close();
  }
  return sample.length;
}

/** What the api would answer, as far as it is compared. */
async function plainAnswer(observatory: Observatory, { kind, by, request }: Question): Promise<unknown> {
  if (kind === 'objectives') {
    const { figures } = await observatory.measureAll(request);
    return {
      objectives: figures.map(({ definition, measurement }) => ({ id: definition.id, ...measurement })),
    };
  }
  if (kind === 'objective') {
    const outcome = await observatory.measure(OBJECTIVE, request);
    assert.ok(outcome.kind === 'figure');
    return { id: OBJECTIVE, ...outcome.figure.measurement };
  }
  const outcome = await observatory.breakdown(OBJECTIVE, by, request);
  assert.ok(outcome.kind === 'figure');
  const { rows, window, measure, measurement } = outcome.figure;
  if (kind === 'series') return { points: seriesPoints(rows, 'day', window, { ...measure, ...measurement }) };
  const failures = ({ figure: { numerator, denominator } }: (typeof rows)[number]) => denominator - numerator;
  const sorted = rows.toSorted(
    (left, right) => failures(right) - failures(left) || right.figure.denominator - left.figure.denominator,
  );
  return { parts: sorted.map(countedRowView) };
}
