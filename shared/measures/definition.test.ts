import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDay, parseDay } from '../calendar/zone.ts';
import { builtinObjectives } from './builtin.ts';
import decision124 from './decision-124.json' with { type: 'json' };
import { definitionFile, objectiveDefinition, pathShare } from './definition.ts';
import { MEASURES } from './registry.ts';
import { statedDefinition } from './stated-definition.ts';
import { unitsVisited } from './testing/cumulative-measure.ts';

const builtin = builtinObjectives();
const day = (text: string) => parseDay(text) ?? assert.fail(text);
const [onTime, internal] = decision124.objectives;
const fault = (change: object) =>
  objectiveDefinition(MEASURES)
    .safeParse({ ...onTime, ...change })
    .error?.issues[0]?.path.join('/');

test('Decision 124 asks 96 % of dossiers on time, all documents electronic, 90 % of staff to standard and 95 % rated good, half of the units inspected', () => {
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
    ['staff-title-standard', '>=', '0.90', false],
    ['staff-rating', '>=', '0.95', true],
    ['inspection-coverage', '>=', '0.5', false],
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
  assert.ok(
    builtin
      .at(-1)
      ?.text.vi.includes(
        'Phòng, Ban, Trung tâm và Cổng thông tin điện tử đạt ít nhất 50% các đơn vị trực tiếp thực hiện và quản lý theo dõi thủ tục hành chính theo từng lĩnh vực',
      ),
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

const line = {
  what: 'Thêm một quầy',
  resources: 'Hai người',
  who: 'Trưởng phòng',
  due: '2026-06-30',
  judgedBy: 'Số hồ sơ trễ',
};

test('a plan has all that ISO 9001 6.2.2 asks for, and what is done has a result', () => {
  assert.equal(fault({ plan: [line] }), undefined);
  assert.equal(fault({ plan: [] }), 'plan');
  assert.equal(fault({ plan: Array(21).fill(line) }), 'plan');
  for (const field of Object.keys(line))
    assert.equal(fault({ plan: [{ ...line, [field]: '' }] }), `plan/0/${field}`);
  assert.equal(fault({ plan: [{ ...line, doneOn: '2026-05-01' }] }), 'plan/0/result');
  assert.equal(fault({ plan: [{ ...line, doneOn: '2026-05-01', result: 'Quầy số 5' }] }), undefined);
  const stated = { ...onTime, plan: [{ ...line, doneOn: '2026-05-01', result: 'Quầy số 5' }] };
  assert.deepEqual(statedDefinition(objectiveDefinition(MEASURES).parse(stated)).plan, stated.plan);
});

test('a field or a procedure narrows an objective whose formula has it', () => {
  assert.equal(
    objectiveDefinition(MEASURES).parse({ ...onTime, procedure: '1.012756.000.00.00.H19' }).procedure,
    '1.012756',
  );
  assert.equal(fault({ field: 'Đất đai' }), undefined);
  assert.equal(fault({ ...internal, field: 'Đất đai' }), 'field');
  assert.equal(fault({ ...internal, procedure: '1.012756' }), 'procedure');
});

test('parents in a file are objectives of it, without a circle', () => {
  const ofFile = (...parents: readonly (readonly [string, string?])[]) =>
    definitionFile(MEASURES)
      .safeParse({
        objectives: parents.map(([id, parent]) => ({ ...onTime, id, ...(parent && { parent }) })),
      })
      .error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`);
  assert.equal(ofFile(['a'], ['b', 'a'], ['c', 'b'], ['d', 'a']), undefined);
  assert.deepEqual(ofFile(['a', 'x']), ['objectives/0/parent: the id of an objective that is there']);
  assert.deepEqual(ofFile(['a', 'a']), ['objectives/0/parent: no circle: a → a']);
  assert.deepEqual(ofFile(['a', 'b'], ['b', 'a']), [
    'objectives/0/parent: no circle: a → b → a',
    'objectives/1/parent: no circle: b → a → b',
  ]);
  const chain = Array.from(
    { length: 11 },
    (_, at) => [`o${at}`, ...(at === 0 ? [] : [`o${at - 1}`])] as [string, string?],
  );
  assert.equal(ofFile(...chain.slice(0, 10)), undefined);
  assert.deepEqual(ofFile(...chain), ['objectives/10/parent: up to 10 levels of objectives']);
});
