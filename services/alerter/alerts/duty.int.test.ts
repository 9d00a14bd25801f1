import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { streamName } from '../../../shared/contracts/ids.ts';
import { feed, Office, onTime } from '../testing/office.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('requests of people on duty', () => {
  let office: Office;

  beforeEach(async () => {
    office = await Office.open();
    await office.alerter.start();
  });
  afterEach(() => office.close());

  const silence = (matchers: object) =>
    office.call('POST', '/v1/silences', {
      matchers,
      endsAt: new Date(office.now + 60 * MINUTE).toISOString(),
      createdBy: 'lan',
      comment: 'maintenance',
    });
  const webhook = (filter: object) =>
    office.call('POST', '/v1/webhooks', { url: 'http://127.0.0.1:9/', filter });
  const alerts = async (query = '') => (await office.call('GET', `/v1/alerts${query}`)).body.alerts;

  it('warns of a silence or filter that matches nothing known, and lists the known names', async () => {
    assert.match((await silence({ feed: 'x' })).body.warnings[0], /^Nothing has been evaluated yet/);
    office.watches = [onTime(97), onTime(97, {}, { objective: 'other', scope: 'H19.12' }), feed(false)];
    await office.pass(SECOND);
    const warnings = async (answer: Promise<{ status: number; body: { warnings: string[] } }>) => {
      const { status, body } = await answer;
      assert.equal(status, 201);
      return body.warnings;
    };
    assert.deepEqual(await warnings(silence({ objective: 'dossier-on-time' })), []);
    assert.deepEqual(await warnings(silence({ objective: 'dossier-on-tme' })), [
      'No objective "dossier-on-tme" is known (known: dossier-on-time, other).',
    ]);
    const together = await warnings(silence({ objective: 'dossier-on-time', scope: 'H19.12' }));
    assert.match(together[0] ?? '', /all of this at once/);
    assert.equal((await warnings(silence({ rule: 'at-risk' }))).length, 1);
    assert.deepEqual(await warnings(webhook({})), []);
    assert.deepEqual(await warnings(webhook({ feeds: ['one-stop'] })), []);
    assert.deepEqual(await warnings(webhook({ feeds: ['one-stop', 'axes'] })), [
      'No feed "axes" is known (known: one-stop).',
    ]);
    const apart = [
      { objectives: ['other'], feeds: ['one-stop'] },
      { objectives: ['other'], types: ['feed.silent'] },
      { types: ['objective.at-risk'] },
    ];
    for (const filter of apart) assert.equal((await warnings(webhook(filter))).length, 1);
    assert.deepEqual(await warnings(webhook({ types: ['objective.recovered'] })), []);
  });

  it('refuses texts that break a line or turn the writing round, and takes Vietnamese as it is', async () => {
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    const [{ id }] = await alerts();
    const acknowledge = (body: object) =>
      office.call('POST', `/v1/alerts/${encodeURIComponent(id)}/acknowledge`, body);
    for (const hidden of [
      '\n',
      '\r',
      '\t',
      '\0',
      '\x1b[31m',
      '\x7f',
      '\x9b',
      '\u202e',
      '\u2066',
      '\u200f',
      '\u061c',
      '\u2028',
    ]) {
      const text = `an${hidden}toàn`;
      for (const [body, pointer] of [
        [{ by: text }, '/by'],
        [{ by: 'lan', comment: text }, '/comment'],
      ] as const) {
        const answer = await acknowledge(body);
        assert.deepEqual(
          [answer.status, answer.body.errors[0].pointer],
          [400, pointer],
          JSON.stringify(text),
        );
      }
      const described = await office.call('POST', '/v1/webhooks', {
        url: 'http://127.0.0.1:9/',
        description: text,
      });
      assert.deepEqual([described.status, described.body.errors[0].pointer], [400, '/description']);
    }
    const taken = { by: 'Nguyễn Thị Ánh', comment: 'đã gọi một cửa 👍🏽 (“ổn”)' };
    assert.equal((await acknowledge(taken)).status, 200);
  });

  it('keeps names in their canonical form, in silences and in filters', async () => {
    const name = 'nguồn tin';
    const { body } = await silence({ feed: ` ${name.normalize('NFD')} `, scope: '000.00.12.H19' });
    assert.deepEqual(body.matchers, { feed: name, scope: 'H19.12' });
    const { id } = (await webhook({ feeds: [name.normalize('NFD')], scopes: ['000.00.12.H19'] })).body;
    const { filter } = (await office.call('GET', `/v1/webhooks/${id}`)).body;
    assert.deepEqual(filter, { feeds: [name], scopes: ['H19.12'] });
    assert.equal((await silence({ feed: ' ' })).status, 400);
  });

  it('keeps the first acknowledgement: the same again is no fault, another is a conflict', async () => {
    office.watches = [onTime(95)];
    await office.pass(SECOND);
    const path = `/v1/alerts/${encodeURIComponent('dossier-on-time:office:breach')}/acknowledge`;
    const first = { by: 'lan', comment: 'calling the unit' };
    assert.equal((await office.call('POST', path, first)).status, 200);
    office.now += MINUTE;
    assert.equal((await office.call('POST', path, first)).status, 200);
    const second = await office.call('POST', path, { by: 'minh', comment: 'me too' });
    assert.equal(second.status, 409);
    assert.match(second.body.detail, /^lan has acknowledged it at 2026-11-23T02:00:01/);
    await office.restart();
    const [alert] = await alerts();
    assert.deepEqual(alert.acknowledged, { at: '2026-11-23T02:00:01.000Z', ...first });
    const events = await office.store.readStream(streamName('alert-dossier-on-time:office:breach'));
    assert.equal(events.length, 2, 'fired, acknowledged');
  });

  it('shows a breach and a risk of one objective that both wait as one line', async () => {
    const both = (breachFor: number) => [
      onTime(95, { kind: 'breach', for: breachFor }),
      onTime(95, { kind: 'at-risk', for: 30 * MINUTE }),
      onTime(95, { kind: 'at-risk', for: 30 * MINUTE }, { objective: 'other' }),
    ];
    office.watches = both(60 * MINUTE);
    await office.pass(SECOND);
    const ids = async (query?: string) => (await alerts(query)).map(({ id }: { id: string }) => id).sort();
    const lines = ['dossier-on-time:office:breach', 'other:office:at-risk'];
    assert.deepEqual(await ids(), lines);
    assert.deepEqual(await ids('?phase=pending'), lines);
    await office.pass(30 * MINUTE);
    assert.deepEqual(await ids('?phase=firing'), ['dossier-on-time:office:at-risk', 'other:office:at-risk']);
    assert.deepEqual(await ids('?phase=pending'), ['dossier-on-time:office:breach']);
  });
});
