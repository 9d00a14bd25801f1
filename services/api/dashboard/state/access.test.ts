import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Me } from '../client/api.ts';
import { barOf, mayDo, NEEDED, type Operation } from './access.ts';

interface Described {
  readonly operationId: string;
  readonly security?: readonly { readonly key: readonly string[] }[];
}
const { paths }: { paths: Record<string, Record<string, Described>> } = JSON.parse(
  readFileSync(new URL('../../../../openapi.json', import.meta.url), 'utf8'),
);

const key = { name: 'room', person: 'lan', units: null, sources: null };
const ALL: Me = { key, rights: ['read', 'define', 'approve'], writesAbout: null, asks: null };
const ROOM: Me = { ...ALL, writesAbout: ['H19.12', 'H19.12.01'], asks: ['H19.12.01'] };

test('the rights that the page knows of an act are those of its operation', () => {
  const described = Object.values(paths).flatMap((methods) => Object.values(methods));
  for (const [operation, rights] of Object.entries(NEEDED)) {
    const found = described.find(({ operationId }) => operationId === operation);
    assert.deepEqual(
      found?.security?.flatMap((one) => one.key),
      rights,
      operation,
    );
  }
});

test('an act is offered to a key with any of its rights, about units within its reach', () => {
  const rows: readonly [Me, Operation, readonly (string | null)[] | undefined, boolean][] = [
    [ALL, 'identifyRisk', undefined, true],
    [ALL, 'acknowledgeAlert', undefined, false],
    [{ ...ALL, rights: ['read', 'enter'] }, 'enterFigure', [null], true],
    [{ ...ALL, rights: ['read'] }, 'enterFigure', [null], false],
    [{ ...ALL, rights: ['read', 'staff'] }, 'setNames', undefined, false],
    [{ ...ALL, rights: ['read', 'feed', 'staff'] }, 'setNames', undefined, true],
    [ALL, 'stateRiskScale', [null], true],
    [ROOM, 'stateRiskScale', [null], false],
    [ROOM, 'planRiskTreatment', ['H19.12'], true],
    [ROOM, 'planRiskTreatment', ['H19.03'], false],
    [ROOM, 'changeObjective', ['H19.12', 'H19.12.01'], true],
    [ROOM, 'changeObjective', ['H19.12', null], false],
    // No unit inspects itself, or asks itself for a report.
    [ROOM, 'concludeInspection', ['H19.12'], false],
    [ROOM, 'concludeInspection', ['H19.12.01'], true],
    [ROOM, 'withdrawDuty', ['H19.12'], false],
    [ROOM, 'withdrawDuty', ['H19.12.01'], true],
    [ROOM, 'requestReports', undefined, true],
    [{ ...ROOM, asks: [] }, 'requestReports', undefined, false],
  ];
  for (const [me, operation, about, expected] of rows)
    assert.equal(mayDo(me, operation, about), expected, `${operation} ${String(about)}`);
});

test('the second person is another than the first, and both are named', () => {
  const of = (person: string | null): Me => ({ ...ALL, key: { ...key, person } });
  assert.equal(barOf(of('lan'), 'minh'), undefined);
  assert.equal(barOf(of('lan'), 'lan'), 'same-person');
  assert.equal(barOf(of('lan'), null), 'first-names-no-person');
  assert.equal(barOf(of(null), 'minh'), 'names-no-person');
  assert.equal(barOf(of(null), undefined), 'names-no-person', 'also where any person will do');
  assert.equal(barOf(of('lan'), undefined), undefined);
  assert.equal(barOf({ ...ALL, key: null }, null), undefined, 'without keys it is recorded');
});
