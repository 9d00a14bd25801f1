import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Fastify from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { Registry } from 'prom-client';
import { healthRoutes, type Readiness, showReadiness } from './health.ts';
import { validateRequest } from './request-validator.ts';

describe('readiness', () => {
  const state: { store?: string | undefined; kafka?: string; projector?: string; diskIsFull: boolean } = {
    diskIsFull: false,
  };
  let now = Date.UTC(2026, 10, 20, 2, 0);
  const checks: readonly Readiness[] = [
    { name: 'store', problem: () => state.store },
    { name: 'kafka', problem: () => state.kafka, spared: true },
    { name: 'projector', problem: () => state.projector, spared: () => state.diskIsFull },
  ];
  const app = Fastify();
  app.setValidatorCompiler(validateRequest);
  app.setSerializerCompiler(serializerCompiler);
  healthRoutes(app, checks, () => now);
  const ask = async () => {
    const answer = await app.inject('/readyz');
    return { status: answer.statusCode, ...answer.json() };
  };

  it('names what is wrong and since when, until it is well again', async () => {
    assert.equal((await ask()).status, 200);
    state.store = 'away';
    await ask();
    now += 60_000;
    const { status, ready, checks: shown } = await ask();
    assert.deepEqual([status, ready], [503, false]);
    assert.deepEqual(shown[0], {
      name: 'store',
      ok: false,
      reason: 'away',
      since: '2026-11-20T02:00:00.000Z',
    });
    state.store = undefined;
    assert.deepEqual((await ask()).checks[0], { name: 'store', ok: true });
  });

  it('tells of a part that can be spared, and stays ready', async () => {
    state.kafka = 'broker-away: nobody answers';
    const { status, ready, checks: shown } = await ask();
    assert.deepEqual([status, ready], [200, true]);
    assert.equal(shown[1].ok, false);
  });

  it('stays ready without a part only while it can be spared', async () => {
    state.projector = 'disk full';
    assert.equal((await ask()).status, 503);
    state.diskIsFull = true;
    const { status, checks: shown } = await ask();
    assert.deepEqual([status, shown[2].ok], [200, false]);
  });

  it('shows each part as a metric', async () => {
    const registry = new Registry();
    showReadiness(registry, checks);
    const page = await registry.metrics();
    assert.match(page, /nhip_ready\{check="store"\} 1/);
    assert.match(page, /nhip_ready\{check="kafka"\} 0/);
  });
});
