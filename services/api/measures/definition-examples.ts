import decision124 from '../../../shared/measures/decision-124.json' with { type: 'json' };

const [definition = {}] = decision124.objectives;

/** Examples for the OpenAPI document. */
export const DEFINITION = {
  id: 'dossier-on-time',
  definition,
  versions: [definition],
  closing: null,
  statements: 1,
};

export const HISTORY = {
  items: [
    {
      ...{ kind: 'changed', at: '2026-11-20T03:00:00.000Z', by: 'Steering Committee', version: 1 },
      ...{ reason: 'Resolution 12', fromFile: false, lastDay: null, instrument: 'Quyết định 124/QĐ-VP' },
      changes: [{ pointer: '/target', before: '0.96', after: '0.97' }],
      position: '5001',
    },
  ],
};

export const DRY_RUN = {
  id: 'dossier-on-time',
  months: [
    {
      ...{ month: '2026-10', asOf: '2026-10-31T16:59:59.999Z', path: null, reason: null },
      window: { name: 'year', from: '2026-01-01', to: '2026-12-31', cutTo: '2026-10-31', current: true },
      ...{ value: 0.95, numerator: 19, denominator: 20, status: 'breached', lateBudget: -1 },
    },
  ],
  alerts: [{ on: '2026-10-12', rule: 'breach', kind: 'fired', notify: true, reason: 'first' }],
  days: 31,
  position: '5001',
  asOf: '2026-10-31T16:59:59.999Z',
};
