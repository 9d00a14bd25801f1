import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RISK_STATES } from '../../../../shared/books/risk/accounts.ts';
import { mayFollow } from '../../../../shared/books/risk/timeline.ts';
import { awaitedAct } from './risk-forms.ts';

test('the act by which a risk goes on is one that its state allows, up to the end of its way', () => {
  const ended = RISK_STATES.filter((state) => {
    const act = awaitedAct({ state, awaitsApproval: false, reviewNeeded: null });
    if (act) assert.ok(mayFollow(act, { state }), `${act} while ${state}`);
    return act === undefined;
  });
  assert.deepEqual(ended.toSorted(), ['accepted', 'closed', 'dismissed', 'effective']);
  const planned = { state: 'planned', reviewNeeded: null } as const;
  assert.equal(awaitedAct({ ...planned, awaitsApproval: true }), 'approved');
  assert.equal(awaitedAct({ state: 'effective', awaitsApproval: false, reviewNeeded: 'yearly' }), 'reviewed');
});
