/** Examples of answers, for the OpenAPI document. */

export const ALERT = {
  id: 'dossier-on-time:office:breach',
  rule: 'breach',
  phase: 'firing',
  since: '2026-11-20T02:31:00.000Z',
  reason: 'held-for',
  notifiedAt: '2026-11-20T02:36:00.000Z',
  acknowledged: {
    at: '2026-11-20T02:50:00.000Z',
    by: 'Nguyễn Văn An',
    comment: 'The land office is called.',
  },
  silence: null,
  subject: {
    objective: 'dossier-on-time',
    scope: 'office',
    status: 'breached',
    value: 0.95,
    target: 0.96,
    numerator: 95,
    denominator: 100,
  },
};

export const SILENCE = {
  id: '5f0c7f4e-8f0b-4c1e-9a35-2d6a3b1c9e10',
  matchers: { objective: 'dossier-on-time', rule: 'at-risk' },
  startsAt: '2026-11-20T10:00:00.000Z',
  endsAt: '2026-11-23T00:00:00.000Z',
  createdBy: 'Nguyễn Văn An',
  comment: 'The one-stop software moves house this weekend.',
  createdAt: '2026-11-20T09:00:00.000Z',
  state: 'to-come',
};
