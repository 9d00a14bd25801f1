import assert from 'node:assert/strict';
import { test } from 'node:test';
import { riskScalesIn } from '../../../../shared/office/risk-scale.ts';
import { riskScaleStatedV1 } from '../../../../shared/office/risk-scale-stated.v1.ts';
import type { Client, RiskScale } from '../client/api.ts';
import { TEXTS, textsIn } from '../text/i18n.ts';
import { RISKS } from '../text/risks.ts';
import { scaleParts, stateScale } from './risk-scale-form.ts';

const words = { ...textsIn('en', { ...TEXTS, ...RISKS }), language: 'en' } as const;
const scale = riskScalesIn([]).inForce as RiskScale;

test('a form in which nothing is changed states the same scale, after the statement that was seen', async () => {
  const sent: { readonly params: object; readonly body: object }[] = [];
  const client = {
    PUT: (_: string, request: (typeof sent)[number]) => {
      sent.push(request);
      return Promise.resolve({ data: { position: '1' }, response: new Response() });
    },
  } as unknown as Client;
  const fields = scaleParts(scale.steps, scale, words).flatMap((part) => part.fields);
  const entered = Object.fromEntries(fields.map(({ name, value = '' }) => [name, value]));
  await stateScale(client, { statements: 2 }, scale.steps, { ...entered, reason: 'Quyết định 12' });
  assert.deepEqual(sent, [
    { params: { header: { 'if-match': '"2"' } }, body: { ...scale, reason: 'Quyết định 12' } },
  ]);
  assert.ok(riskScaleStatedV1().safeParse(sent[0]?.body).success);
});

test('of another number of steps the words and thresholds are asked for anew, the levels stay', () => {
  const [levels, likelihood] = scaleParts(3, { ...scale, steps: 5 }, words);
  assert.equal(likelihood?.fields.length, 6);
  assert.ok(likelihood?.fields.every(({ value }) => value === undefined));
  const empty = levels?.fields.filter(({ value }) => value === undefined).map(({ name }) => name);
  assert.deepEqual(empty, ['from/medium', 'from/high', 'from/very-high']);
});
