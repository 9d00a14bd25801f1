import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay, parseDay } from '../calendar/zone.ts';
import { builtinObjectives } from './builtin.ts';
import decision124 from './decision-124.json' with { type: 'json' };
import { definitionFile, objectiveDefinition, pathShare } from './definition.ts';
import { MEASURES } from './registry.ts';
import { unitsVisited } from './testing/cumulative-measure.ts';

const builtin = builtinObjectives();
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const [onTime, internal] = decision124.objectives;
const fault = (change: object) =>
  objectiveDefinition(MEASURES)
    .safeParse({ ...onTime, ...change })
    .error?.issues[0]?.path.join('/');

test('Decision 124 asks 96 % of dossiers on time, all documents electronic, 90 % of staff to standard and 95 % rated good', () => {
  const asked = builtin.map(({ id, comparator, target, aspirational }) => [
    id,
    comparator,
    target,
    aspirational,
  ]);
  assert.deepEqual(asked, [
    ['dossier-on-time', '>=', '0.96', false],
    ['internal-e-exchange', '=', '1', true],
    ['inter-agency-e-exchange', '=', '1', true],
    ['staff-title-standard', '>=', '0.90', true],
    ['staff-rating', '>=', '0.95', true],
  ]);
});

test('the words of the decision', () => {
  assert.ok(builtin[0]?.text.vi.includes('đúng hạn và trước hạn đạt ít nhất 96% đối với hồ sơ 1 cửa'));
  for (const [index, between] of [
    [1, 'trong nội bộ Văn phòng'],
    [2, 'giữa các cơ quan hành chính'],
  ] as const)
    assert.equal(
      builtin[index]?.text.vi,
      `Phấn đấu đạt 100% văn bản trao đổi ${between} được thực hiện dưới dạng điện tử thông qua trục liên thông của tỉnh (trừ các văn bản có quy định mật hoặc có quy định cụ thể của cấp có thẩm quyền)`,
    );
});

test('a fault in the file is told with its place', () => {
  assert.equal(fault({}), undefined);
  assert.equal(fault({ target: 0.96 }), 'target');
  assert.equal(fault({ target: '96' }), 'target');
  assert.equal(fault({ comparator: '=' }), 'comparator');
  assert.equal(fault({ validFrom: '2024-01-01' }), 'validTo');
  assert.equal(fault({ validFrom: '2023-02-29' }), 'validFrom');
  assert.equal(fault({ formula: { name: 'dossiers-on-time', version: 2 } }), 'formula/version');
  assert.equal(fault({ formula: { name: 'coffee', version: 1 } }), 'formula/name');
  assert.equal(fault({ window: 'week' }), 'window');
  assert.equal(fault({ tagret: '0.96' }), '');
  assert.equal(
    objectiveDefinition(MEASURES).safeParse({ ...internal, target: '1.00' }).success,
    true,
    'exactly 100 %, also with decimals',
  );
});

test('each version of an objective stands once', () => {
  assert.equal(definitionFile(MEASURES).safeParse({ objectives: [onTime, onTime] }).success, false);
});

test('the unit of a cascaded objective is normalised', () => {
  const one = objectiveDefinition(MEASURES).parse({ ...onTime, unit: '000.00.12.H19' });
  assert.equal(one.unit, 'H19.12');
  assert.equal(formatDay(one.validFrom), '2023-10-05');
});

const visited = (path: readonly { by: string; share: string }[]) => ({
  ...{ ...onTime, formula: { name: 'units-visited', version: 1 }, path },
});
const pathFault = (path: readonly { by: string; share: string }[]) =>
  objectiveDefinition([unitsVisited]).safeParse(visited(path)).error?.issues[0]?.path.join('/');
const QUARTERS = [
  { by: '2026-03-31', share: '0.1' },
  { by: '2026-06-30', share: '0.25' },
];

test('a path is of a measure that grows, with each day once, in order', () => {
  assert.equal(pathFault(QUARTERS), undefined);
  assert.equal(pathFault([]), 'path');
  assert.equal(pathFault(QUARTERS.toReversed()), 'path');
  assert.equal(pathFault([{ by: '2026-03-31', share: '1.5' }]), 'path/0/share');
  assert.equal(fault({ path: QUARTERS }), 'path');
});

test('a path asks for a share from the day after its day on, in its own window alone', () => {
  const definition = objectiveDefinition([unitsVisited]).parse(visited(QUARTERS));
  const asked = (from: string, cutTo: string) => {
    const share = pathShare(definition, { from: day(from), cutTo: day(cutTo) });
    return share && share.numerator / share.denominator;
  };
  assert.equal(asked('2026-01-01', '2026-03-31'), null);
  assert.equal(asked('2026-01-01', '2026-04-01'), 0.1);
  assert.equal(asked('2026-01-01', '2026-06-30'), 0.1);
  assert.equal(asked('2026-01-01', '2026-12-31'), 0.25);
  // Carried over into the next year, the path of this one is over.
  assert.equal(asked('2027-01-01', '2027-11-30'), null);
});
