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
