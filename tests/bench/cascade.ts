import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { officeStaff } from '../../services/standalone/demo/office-staff.ts';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import { dayIn, yearOf } from '../../shared/calendar/year.ts';
import decision124 from '../../shared/measures/decision-124.json' with { type: 'json' };
import { type Bench, type Figure, median, percentile } from './figures.ts';
import { inFolder } from './files.ts';
import { cloudEvents, inBatches, OFFICE } from './input.ts';
import { playLive } from './live.ts';
import { probe, waitFigure } from './probing.ts';
import { fillServer, post, processorOf, startAsShipped } from './process.ts';

const ROOT = 'H19.02';
const UNITS = Array.from({ length: 100 }, (_, number) => `${ROOT}.${String(number + 10).padStart(3, '0')}`);
/** Ten thousand people: every 25th unit is a small group. */
const PEOPLE = UNITS.map((unit, index) => [unit, index % 25 === 0 ? 4 : 104] as const);
/** The windows of each unit's own objectives, by that of the office which they serve. */
const WINDOWS: Readonly<Record<string, readonly string[]>> = {
  'dossier-on-time': ['year', 'quarter', 'month', 'reporting-year', 'reporting-half', 'reporting-month'],
  'internal-e-exchange': ['year'],
  'inter-agency-e-exchange': ['year'],
  'staff-title-standard': ['year'],
  'staff-rating': ['year'],
};
const GOAL_MS = 200;

/** The cascade of a hundred units with ten objectives each, two of them about their staff of ten thousand in all, while 1,000 events/s come in. */
export const cascade: Bench = ({ quick, log }) =>
  inFolder(async (folder) => {
    const server = await startAsShipped({
      ...{ DATA_DIR: join(folder, 'data'), OFFICE_UNIT: ROOT, OBJECTIVES_FILE: objectivesFile(folder) },
    });
    try {
      await post(server, [unitEvent(ROOT), ...UNITS.map((unit) => unitEvent(unit, ROOT))]);
      log('cascade: the staff');
      for (const batch of inBatches(staff(), 1_000)) await post(server, batch);
      const events = inUnits(cloudEvents(quick ? 20_000 : 200_000));
      await fillServer(server, events, quick ? 50_000 : 500_000, log);
      const url = `${server.url}/v1/cascade`;
      const bytes = (await (await fetch(url)).arrayBuffer()).byteLength;
      log('cascade: 1,000 events/s beside it');
      const seconds = quick ? 20 : 60;
      const before = processorOf(server);
      const feed = playLive(server, events);
      const [asked = []] = await probe(seconds, [url]);
      const spent = Math.round((processorOf(server) - before) / 10_000 / seconds);
      const objectives = await inTurn(`${server.url}/v1/objectives`);
      const rate = Math.round(await feed.stop());
      const waits = asked.map(({ ms }) => ms);
      const people = PEOPLE.reduce((sum, [, size]) => sum + size, 0);
      const note = `${UNITS.length} units with ten objectives each, ${people} people; ${rate} events/s meanwhile; ${bytes} bytes an answer; ${spent} % of a processor`;
      return [
        { what: 'GET /v1/cascade, p95', value: percentile(waits, 0.95), unit: 'ms', goal: GOAL_MS, note },
        waitFigure('GET /v1/cascade, p99', asked),
        { what: 'GET /v1/objectives of the same thousand, median', value: median(objectives), unit: 'ms' },
      ] satisfies Figure[];
    } finally {
      await server.stop();
    }
  });

/** How long some answers take, one asked after the other. */
async function inTurn(url: string): Promise<readonly number[]> {
  const waits: number[] = [];
  for (let asked = 0; asked < 10; asked++) {
    const began = performance.now();
    await (await fetch(url)).arrayBuffer();
    waits.push(performance.now() - began);
  }
  return waits;
}

const unitEvent = (unitId: string, parentId?: string) => ({
  ...{ specversion: '1.0', source: '/catalogue', id: unitId, type: 'unit.declared.v1', time: '2025-01-01' },
  data: { unitId, name: `Phòng ${unitId}`, effectiveFrom: '2025-01-01', ...(parentId && { parentId }) },
});

/** Assigned, held against the standard, and rated for the last year. */
function staff(): Iterable<DemoEvent> {
  const { zone } = OFFICE;
  const to = zone.dayOf(Date.now());
  return officeStaff({ zone, from: dayIn(yearOf(to), 1, 1), to }, PEOPLE);
}

/** The same events, each dossier and document at one of the units. */
function* inUnits(events: Iterable<DemoEvent>): Generator<DemoEvent> {
  for (const event of events) {
    const data: Record<string, unknown> = { ...event.data };
    const subject = String(data.dossierId ?? data.documentId);
    const unit = UNITS[Number.parseInt(hash('sha1', subject, 'hex').slice(0, 6), 16) % UNITS.length];
    for (const field of ['unitId', 'fromUnitId']) if (field in data) data[field] = unit;
    yield { ...event, data };
  }
}

function objectivesFile(folder: string): string {
  const ofUnit = decision124.objectives.flatMap((one) =>
    (WINDOWS[one.id] ?? []).map((window) => ({ ...one, window, parent: one.id })),
  );
  const objectives = UNITS.flatMap((unit, index) =>
    ofUnit.map((one, number) => ({ ...one, id: `unit-${index}-${number}`, unit })),
  );
  const path = join(folder, 'objectives.json');
  writeFileSync(path, JSON.stringify({ objectives: [...decision124.objectives, ...objectives] }));
  return path;
}
