import * as fc from 'fast-check';
import type { Acts } from '../../bookkeeping/act.ts';
import type { Book } from '../../bookkeeping/book.ts';
import { allIn, type Selection } from '../../bookkeeping/selection.ts';
import { DUTY_ACTS } from '../../books/duty/acts.ts';
import { dutyBook } from '../../books/duty/book.ts';
import { OPPORTUNITY_ACTS } from '../../books/opportunity/acts.ts';
import { opportunityBook } from '../../books/opportunity/book.ts';
import { REVIEW_ACTS } from '../../books/review/acts.ts';
import { reviewBook } from '../../books/review/book.ts';
import { riskBook } from '../../books/risk/book.ts';
import { RISK_ACTS } from '../../books/risk/fact.ts';
import { unitId } from '../../contracts/ids.ts';
import type { Moment } from '../../kernel/clock.ts';
import type { LedgerReader } from '../port.ts';
import { ALL_DAYS, at, type Unplaced, unplaced } from './contract-events.ts';

/** Acts upon the subjects of every register, in any order, by two people. */

const described = {
  unitId: unitId('H19.12'),
  description: 'x',
  source: 'staff',
  objectiveId: 'dossier-on-time',
};
const plan = { treatment: 'reduce', measures: 'x', owner: 'x', due: '2026-11-10' };
const assessment = { likelihood: 4, impact: 4, scale: 5 };
const RISK: Readonly<Record<keyof typeof RISK_ACTS, object>> = {
  dismissed: { reason: 'x', suggested: { vi: 'x', en: 'x' } },
  recorded: { ...described, assessment, plan },
  identified: { ...described, unitId: unitId('H19.13') },
  assessed: assessment,
  planned: plan,
  approved: {},
  treated: { evidence: 'x' },
  verified: { result: 'met', comment: 'x' },
  judged: { ...assessment, likelihood: 1, effective: true, comment: 'x' },
  reviewed: { outcome: 'no-longer-applies', comment: 'x', seen: null },
};
const OPPORTUNITY: Readonly<Record<keyof typeof OPPORTUNITY_ACTS, object>> = {
  recorded: { ...described, proposal: 'x' },
  identified: { ...described, proposal: 'x' },
  planned: { owner: 'x', due: '2026-11-10' },
  concluded: { outcome: 'used', result: 'x' },
};
const REVIEW: Readonly<Record<keyof typeof REVIEW_ACTS, object>> = {
  recorded: {
    ...{
      objectiveId: 'dossier-on-time',
      unitId: 'H19.13',
      on: '2026-11-02',
      findings: ['y'],
      conclusion: 'x',
    },
    action: { id: '1', what: 'y', owner: 'x', due: '2026-11-12', outcome: 'dropped', result: 'x' },
  },
  held: { objectiveId: 'dossier-on-time', findings: ['x'], conclusion: 'x', seen: null },
  planned: { actionId: '1', what: 'x', owner: 'x', due: '2026-11-10' },
  ended: { actionId: '1', outcome: 'done', result: 'x' },
};
const submitted = { on: '2026-11-04', number: '1', evidence: 'x' };
const requested = {
  ...{ askedBy: 'x', form: 'x', from: '2026-01-01', to: '2026-06-30', on: '2026-11-01', due: '2026-11-03' },
};
const communicated = { year: 2026, on: '2026-11-02', means: 'x', reached: 1, of: 2, evidence: 'x' };
const DUTY: Readonly<Record<keyof typeof DUTY_ACTS, object>> = {
  'communication-recorded': { unitId: 'H19.13', ...communicated },
  'report-recorded': { unitId: 'H19.12', ...requested, due: '2026-11-08', submission: submitted },
  communicated: { unitId: 'H19.12', ...communicated },
  requested: { unitId: 'H19.12', ...requested },
  submitted,
  withdrawn: { reason: 'x' },
};
const REGISTERS: readonly {
  readonly acts: Acts;
  readonly data: Readonly<Record<string, object>>;
  readonly id: string;
}[] = [
  { acts: RISK_ACTS, data: RISK, id: 'riskId' },
  { acts: OPPORTUNITY_ACTS, data: OPPORTUNITY, id: 'opportunityId' },
  { acts: REVIEW_ACTS, data: REVIEW, id: 'reviewId' },
  { acts: DUTY_ACTS, data: DUTY, id: 'dutyId' },
];
const CHOICES = REGISTERS.flatMap(({ acts, data, id }) =>
  Object.entries(acts).map(([act, { type }]) => ({ type, id, data: data[act] })),
);

const BEGIN = at('2026-11-02 08:00');
const HOUR = 3_600_000;

/** Each is recorded an hour after the one before. */
export const anyActs = (): fc.Arbitrary<readonly Unplaced[]> =>
  fc
    .array(
      fc.record({
        choice: fc.constantFrom(...CHOICES),
        subject: fc.constantFrom('1', '2'),
        hours: fc.integer({ min: 0, max: 72 }),
        person: fc.constantFrom('lan', 'minh', null),
      }),
      { minLength: 10, maxLength: 40 },
    )
    .map((acts) =>
      acts.map(({ choice: { type, id, data }, subject, hours, person }, index) =>
        unplaced(
          { type, time: BEGIN + hours * HOUR, data: { [id]: subject, ...data, person } },
          String(index),
          BEGIN + index * HOUR,
        ),
      ),
    );

const BOOKS: readonly Book[] = [riskBook, opportunityBook, reviewBook, dutyBook];

/** Every balance and every list of the registers. */
export function registerAnswers(ledger: LedgerReader, knownAt?: Moment): Promise<unknown> {
  const known = knownAt === undefined ? {} : { knownAt };
  return ledger.snapshot(async (snapshot) => {
    const answers: unknown[] = [];
    for (const book of BOOKS) {
      const { names, source } = book.accounts;
      const anyOf: Selection[] = allIn(...names.filter((name) => name !== source));
      for (const by of [[], ['unit'], book.dimensions.by]) {
        const rows = await snapshot.balances({ book, ...ALL_DAYS, filter: {}, by: [...by], ...known });
        answers.push(rows.map((row) => JSON.stringify(row)).sort());
      }
      answers.push(await snapshot.list(book, { anyOf, filter: {}, limit: 100, ...known }));
    }
    const among = { dimension: 'cell', values: ['of5-4x4'] };
    const due = { on: 'adjusted' as const, until: at('2026-11-11') };
    answers.push(
      await snapshot.list(riskBook, {
        anyOf: [{ account: 'planned', among, due }],
        filter: {},
        limit: 9,
        ...known,
      }),
    );
    return answers;
  });
}
