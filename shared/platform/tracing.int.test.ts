import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type OtlpReceiver, startOtlpReceiver } from '../../tests/support/otlp-receiver.ts';
import { inSpan, startTracing, traceparentHere } from './tracing.ts';

const CAUSE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const OTHER = '00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01';
const UNKEPT = '00-2af7651916cd43dd8448eb211c80319c-d7ad6b7169203331-00';
const idsOf = (traceparent: string) => traceparent.split('-').slice(1, 3);

describe('tracing', () => {
  let receiver: OtlpReceiver;
  before(async () => {
    receiver = await startOtlpReceiver();
  });
  after(() => receiver.close());

  it('is off by default: work is done, and nothing is known of it', async () => {
    const tracing = await startTracing('test', { endpoint: undefined, ratio: 1 });
    assert.equal(await inSpan('work', { parent: CAUSE }, async () => traceparentHere()), undefined);
    await tracing.close();
  });

  it('sends spans within the trace that caused them, with links to the others and what went wrong', async () => {
    const tracing = await startTracing('test', { endpoint: `${receiver.endpoint}/`, ratio: 1 });
    const inner = await inSpan('outer', { parent: CAUSE, links: [OTHER, OTHER, undefined, 'no'] }, () =>
      inSpan('inner', {}, async () => traceparentHere()),
    );
    await assert.rejects(
      inSpan('failing', {}, () =>
        Promise.reject(Object.assign(new Error('no room for H19.12-1'), { code: 'full' })),
      ),
      /no room/,
    );
    await tracing.close();
    const named = new Map(receiver.spans.map((span) => [span.name, span]));
    const outer = named.get('outer');
    assert.equal(outer?.service, 'nhip-test');
    assert.equal(outer?.traceId, CAUSE.split('-')[1]);
    assert.equal(outer?.parentSpanId, CAUSE.split('-')[2]);
    assert.deepEqual(
      outer?.links.map(({ spanId }) => spanId),
      [OTHER.split('-')[2]],
    );
    assert.equal(named.get('inner')?.parentSpanId, outer?.spanId);
    assert.equal(inner, `00-${outer?.traceId}-${named.get('inner')?.spanId}-01`);
    assert.equal(named.get('failing')?.status?.message, 'full', 'its code, not what it names');
    assert.notEqual(named.get('failing')?.traceId, outer?.traceId);
  });

  it('belongs to the newest of several causes whose trace is kept, with at most 32 links to the others', async () => {
    const many = Array.from(
      { length: 50 },
      (_, n) => `00-${String(n).padStart(32, '5')}-c7ad6b7169203331-01`,
    );
    const tracing = await startTracing('test', { endpoint: receiver.endpoint, ratio: 1 });
    await inSpan('several', { causes: [undefined, UNKEPT, 'no', CAUSE, OTHER, CAUSE] }, async () => {});
    await inSpan('many', { causes: many }, async () => {});
    const unkept = await inSpan('unkept', { causes: [undefined, UNKEPT] }, async () => traceparentHere());
    await tracing.close();
    const named = new Map(receiver.spans.map((span) => [span.name, span]));
    const several = named.get('several');
    assert.deepEqual([several?.traceId, several?.parentSpanId], idsOf(CAUSE));
    assert.deepEqual(
      several?.links.map(({ traceId, spanId }) => [traceId, spanId]),
      [idsOf(OTHER)],
    );
    assert.equal(named.get('many')?.links.length, 32);
    assert.equal(named.get('unkept'), undefined, 'what its sender does not keep is not kept here');
    assert.equal(unkept?.split('-')[1], idsOf(UNKEPT)[0]);
  });
});
