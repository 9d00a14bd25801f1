/** Examples for the OpenAPI document. */
export const ENTRY = {
  ...{ period: '2026-Q1', numerator: 1_942, denominator: 2_000 },
  evidence: 'Báo cáo 45/BC-VP ngày 08/4/2026',
};

const ENTRY_VIEW = {
  ...{ state: 'approved', numerator: 1_942, denominator: 2_000, value: null, measuredIn: null },
  ...{ evidence: ENTRY.evidence, reason: null },
  ...{ at: '2026-04-08T02:00:00.000Z', by: 'One-stop', person: 'nv-017' },
  decisions: [
    { kind: 'approved', reason: null, at: '2026-04-09T01:30:00.000Z', by: 'Head', person: 'nv-002' },
  ],
};

const STATED = { id: 'satisfaction', period: ENTRY.period, statements: 2, position: '5001' };

export const WRITTEN = { ...STATED, entry: ENTRY_VIEW };

export const HISTORY = {
  ...STATED,
  recorded: null,
  from: '2026-01-01',
  to: '2026-03-31',
  entries: [ENTRY_VIEW],
};

export const PERIOD = {
  ...{ period: ENTRY.period, from: '2026-01-01', to: '2026-03-31', due: '2026-04-14' },
  ...{ state: 'approved', recorded: null, approved: ENTRY_VIEW, latest: ENTRY_VIEW, statements: 2 },
};
