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
type Seen = Parameters<typeof actFields>[1];
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

test('what the server takes is offered, the likeliest first, and of findings the open ones first', () => {
  const ALL = ['planned', 'cancelled', 'visited', 'concluded', 'found', 'mended'] as const;
  const order = (account: Seen['account'], possibleActs: readonly (typeof ALL)[number][] = ALL) =>
    inspectionActs({ account, possibleActs: [...possibleActs] });
  assert.deepEqual(order('planned', ['planned', 'cancelled', 'visited', 'concluded', 'found']), [
    ...['visited', 'concluded', 'planned', 'cancelled', 'found'],
  ]);
  assert.deepEqual(order('concluded/unplanned').slice(0, 2), ['found', 'mended']);
  assert.deepEqual(order('cancelled', ['planned', 'visited']), ['planned', 'visited']);
  assert.deepEqual(order('unknown', []), []);
  const both = [finding('1', 'finding/closed'), finding('2', 'finding/open')];
  const [which] = actFields('mended', seen({ inspectionFindings: both }), words);
  assert.ok(which?.kind === 'choice');
  assert.deepEqual(
    which.options.map(({ value }) => value),
    ['2', '1'],
  );
});

test('a visit replaces one that holds and was stated here; what a feed stated is corrected where it came from', () => {
  const events = [
    visit('01', 'nhip', 'applied'),
    visit('02', 'office', 'applied'),
    visit('03', 'nhip', 'replaced'),
  ];
  const field = actFields('visited', seen({ events }), words).find(({ name }) => name === 'corrects');
  assert.ok(field?.kind === 'choice');
  assert.deepEqual(field.options, [{ value: '01', label: '2026-05-01' }]);
  assert.ok(!actFields('visited', seen({}), words).some(({ name }) => name === 'corrects'));
});
