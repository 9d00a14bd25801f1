import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InspectionDetail } from '../client/api.ts';
import { TEXTS, textsIn } from '../text/i18n.ts';
import { INSPECTIONS } from '../text/inspections.ts';
import { actFields, inspectionActs } from './inspection-forms.ts';

const words = {
  ...textsIn('en', { ...TEXTS, ...INSPECTIONS }),
  of: ({ en }: { readonly en: string }) => en,
  moment: (when: string) => when,
};
type Seen = Parameters<typeof inspectionActs>[0];
const seen = (change: Partial<Seen>): Seen => ({
  ...{ account: 'planned', inspectionFindings: [], events: [] },
  ...{ plannedFrom: null, plannedUntil: '2026-06-30', instrument: null },
  ...{ concludedAt: null, conclusionNumber: null },
  ...change,
});
const finding = (findingId: string, account: 'finding/open' | 'finding/closed') =>
  ({ findingId, account, description: null }) as InspectionDetail['inspectionFindings'][number];
const visit = (sourceId: string, feed: string, use: string) =>
  ({
    ...{ sourceId, feed, use, type: 'inspection.visited.v1' },
    data: { visitedAt: `2026-05-${sourceId}` },
  }) as unknown as InspectionDetail['events'][number];

test('an inspection is led from its plan to its conclusion, and a finding is mended while one is open', () => {
  assert.deepEqual(inspectionActs(seen({})), ['visit', 'conclude', 'plan', 'cancel']);
  const open = [finding('1', 'finding/closed'), finding('2', 'finding/open')];
  const concluded = seen({ account: 'concluded/unplanned', inspectionFindings: open });
  assert.deepEqual(inspectionActs(concluded), ['find', 'mend', 'conclude', 'visit']);
  assert.deepEqual(inspectionActs(seen({ account: 'cancelled' })), ['plan']);
  const [which] = actFields('mend', concluded, words);
  assert.ok(which?.kind === 'choice');
  assert.deepEqual(which.options, [{ value: '2', label: '2' }]);
});

test('a visit replaces one that holds and was stated here; what a feed stated is corrected where it came from', () => {
  const events = [
    visit('01', 'nhip', 'applied'),
    visit('02', 'office', 'applied'),
    visit('03', 'nhip', 'replaced'),
  ];
  const field = actFields('visit', seen({ events }), words).find(({ name }) => name === 'corrects');
  assert.ok(field?.kind === 'choice');
  assert.deepEqual(field.options, [{ value: '01', label: '2026-05-01' }]);
  assert.ok(!actFields('visit', seen({}), words).some(({ name }) => name === 'corrects'));
});
