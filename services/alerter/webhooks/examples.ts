/** Examples of answers, for the OpenAPI document. */

export const WEBHOOK = {
  id: '8b1f6d0a-3c5e-4f7a-b6d2-1e9c0a7f4b33',
  url: 'https://chat.example.vn/hooks/duty',
  description: '',
  filter: { types: ['objective.breached'] },
  enabled: true,
  disabledReason: null,
  createdAt: '2026-11-16T01:00:00.000Z',
};

export const SECRET = {
  id: WEBHOOK.id,
  secret: 'whsec_bm90IGEgc2VjcmV0LCBidXQgb2YgdGhlIHJpZ2h0IGxlbmd0aA==',
};

export const DELIVERY = {
  id: '0d9b8a52-6f4e-4d3b-8f5e-7a1c2b3d4e5f',
  type: 'webhook.test',
  status: 'delivered',
  createdAt: '2026-11-20T02:36:00.000Z',
  nextAttemptAt: null,
  finishedAt: '2026-11-20T02:36:01.000Z',
  body: '{"type":"webhook.test","timestamp":"2026-11-20T02:36:00.000Z","data":{}}',
  attempts: [{ at: '2026-11-20T02:36:00.000Z', ms: 120, status: 204, error: null, snippet: null }],
};
