import assert from 'node:assert/strict';
import { it } from 'node:test';
import { zoneOf } from '../calendar/zone.ts';
import type { AlertTransitionedV1 } from './facts.ts';
import { MESSAGE_TYPES, messageOf } from './message.ts';
import { messageExample, messageSchema } from './message-schema.ts';
import { textOf } from './message-text.ts';
import type { AlertKey, ObjectiveMeaning } from './rule.ts';
import { feedSubject, MEANING, objectiveSubject } from './testing/subjects.ts';

const zone = zoneOf('Asia/Ho_Chi_Minh');
const AT = Date.parse('2026-11-23T09:00:00+07:00');
const SINCE = Date.parse('2026-11-20T23:30:00+07:00');

const objective = objectiveSubject({
  objective: 'unit-electronic',
  scope: 'H19.12',
  status: 'at-risk',
  target: '0.995',
  numerator: 19_899,
  denominator: 20_000,
  evidence: '/v1/objectives/unit-electronic/evidence',
  meaning: {
    ...MEANING,
    title: { vi: 'Văn bản điện tử', en: 'Electronic documents' },
    owner: { vi: 'Phòng Hành chính', en: 'Administration' },
    words: {
      counted: { vi: 'lượt gửi', en: 'exchanges' },
      failed: {
        one: { vi: 'lượt không điện tử', en: 'non-electronic exchange' },
        many: { vi: 'lượt không điện tử', en: 'non-electronic exchanges' },
      },
    },
    part: { name: 'awaiting', title: { vi: 'Đang chờ', en: 'Awaiting' } },
    window: 'quarter',
  },
});
const feed = feedSubject({ lastEventAt: SINCE });
const fact = (changes: Partial<AlertTransitionedV1>): AlertTransitionedV1 => ({
  key: 'k' as AlertKey,
  rule: 'at-risk',
  subject: objective,
  kind: 'fired',
  reason: 'held-for',
  notify: true,
  at: AT,
  since: SINCE,
  ...changes,
});

it('states of a risk how much room is left, for which unit, with a share that never reads as another side of its target', () => {
  assert.deepEqual(textOf(fact({}), zone), {
    vi: 'Có nguy cơ không đạt: Văn bản điện tử (H19.12). 99,495% (19.899/20.000 lượt gửi), mục tiêu 99,50%; còn được phép 0 lượt không điện tử. Từ 20/11/2026 23:30. Phụ trách: Phòng Hành chính.',
    en: 'At risk: Electronic documents (H19.12). 99.495% (19,899 of 20,000 exchanges), target 99.50%; room for 0 more non-electronic exchanges. Since 20/11/2026 23:30. Owner: Administration.',
  });
});

it('states of a breach the number over the limit, in the singular and the plural, and of the office no unit', () => {
  const breached = (lateBudget: ObjectiveMeaning['lateBudget'], numerator = 90) =>
    textOf(
      fact({
        rule: 'breach',
        subject: objectiveSubject({ status: 'breached', numerator, meaning: { ...MEANING, lateBudget } }),
      }),
      zone,
    );
  assert.deepEqual(breached(-6), {
    vi: 'Không đạt: Hồ sơ đúng hạn. 90% (90/100 hồ sơ), mục tiêu 96%; vượt mức cho phép 6 hồ sơ trễ. Từ 20/11/2026 23:30. Phụ trách: Chánh Văn phòng.',
    en: 'Breached: Dossiers on time. 90% (90 of 100 dossiers), target 96%; over by 6 late dossiers. Since 20/11/2026 23:30. Owner: Chief of the Office.',
  });
  assert.match(breached(-1, 95).en, /; over by 1 late dossier\. Since/);
  assert.match(breached(1, 97).en, /; room for 1 more late dossier\. Since/);
  assert.match(breached(2, 98).vi, /; còn được phép 2 hồ sơ trễ\. Từ/);
  assert.match(breached(null).en, /target 96%\. Since/);
  const { words: _, ...wordless } = MEANING;
  const subject = objectiveSubject({ meaning: { ...wordless, lateBudget: 3 } });
  assert.match(textOf(fact({ subject }), zone).en, /96% \(96 of 100\), target 96%\. Since/);
});

it('states of a figure without anything counted that it is not computable', () => {
  const { vi, en } = textOf(fact({ subject: objectiveSubject({ numerator: 0, denominator: 0 }) }), zone);
  assert.match(vi, /\. Chưa tính được, mục tiêu 96%\. Từ/);
  assert.match(en, /\. Not computable, target 96%\. Since/);
});

it('begins a reminder with that word, of an objective and of a feed', () => {
  const reminder = { kind: 'reminded', reason: 'repeat-interval' } as const;
  const { vi, en } = textOf(fact(reminder), zone);
  assert.match(vi, /^Nhắc lại\. Có nguy cơ/);
  assert.match(en, /^Reminder\. At risk/);
  assert.match(
    textOf(fact({ ...reminder, rule: 'feed-silent', subject: feed }), zone).en,
    /^Reminder\. Feed one-stop is silent/,
  );
});

it('states when a breach is over that the target is met again', () => {
  const { vi, en } = textOf(fact({ rule: 'breach', kind: 'resolved', reason: 'resolved' }), zone);
  assert.match(vi, /^Đã đạt trở lại: .* Kéo dài từ 20\/11\/2026 23:30 đến 23\/11\/2026 09:00\. Phụ trách/);
  assert.match(en, /^Met again: /);
  assert.match(textOf(fact({ kind: 'resolved', reason: 'resolved' }), zone).vi, /^Hết nguy cơ: /);
});

it('states how long a risk lasted when it is over', () => {
  const { en } = textOf(fact({ kind: 'resolved', reason: 'resolved' }), zone);
  assert.match(en, /^No longer at risk: .* It lasted from 20\/11\/2026 23:30 to 23\/11\/2026 09:00\. Owner/);
});

it('states of a silent feed the time of its last event, and that it sends again', () => {
  const silent = (changes: Partial<AlertTransitionedV1>, lastEventAt: number | null = SINCE) =>
    textOf(fact({ rule: 'feed-silent', subject: { ...feed, lastEventAt }, ...changes }), zone);
  assert.deepEqual(silent({}), {
    vi: 'Nguồn tin one-stop im lặng: tin cuối lúc 20/11/2026 23:30.',
    en: 'Feed one-stop is silent: its last event came at 20/11/2026 23:30.',
  });
  assert.deepEqual(silent({}, null), {
    vi: 'Nguồn tin one-stop im lặng: chưa có tin nào.',
    en: 'Feed one-stop is silent: it has sent nothing yet.',
  });
  const { since: _, ...old } = fact({ rule: 'feed-silent', kind: 'resolved', subject: feed });
  assert.equal(textOf(old, zone).en, 'Feed one-stop sends again.');
  assert.equal(
    silent({ kind: 'resolved' }).vi,
    'Nguồn tin one-stop đã có tin trở lại. Kéo dài từ 20/11/2026 23:30 đến 23/11/2026 09:00.',
  );
});

it('makes every message as it is described, and describes nothing that no message has', () => {
  for (const type of MESSAGE_TYPES) {
    const message = messageExample(type, zone);
    assert.equal(message.type, type);
    const schema = messageSchema(type);
    schema.strict().extend({ data: schema.shape.data.strict() }).parse(message);
    const described = Object.keys(schema.shape.data.shape).sort();
    assert.deepEqual(Object.keys(message.data).sort(), described);
  }
});

it('writes how many more a figure that grows needs, and no room for failures', () => {
  const grows = objectiveSubject({
    ...{ status: 'at-risk', cumulative: true, target: '0.5', numerator: 2, denominator: 10 },
    meaning: { ...(objective.meaning ?? assert.fail()), lateBudget: null, needed: 3 },
  });
  const text = textOf(fact({ subject: grows }), zone);
  assert.match(text.en, /20% \(2 of 10[^)]*\), target 50%; 3 more needed\./);
  assert.match(text.vi, /20% \(2\/10[^)]*\), mục tiêu 50%; còn thiếu 3\./);
});

it('makes a message of a fact that an earlier version stored, without a meaning', () => {
  const { meaning: _, ...bare } = objective;
  const { since: __, ...old } = fact({ subject: bare });
  const message = messageOf(old, { publicUrl: 'https://kpi.example.vn', zone, storeHead: () => null });
  assert.equal(
    (message.data.text as { en: string }).en,
    'At risk: unit-electronic (H19.12). 99.495% (19,899 of 20,000), target 99.50%.',
  );
  assert.equal(
    message.data.page,
    'https://kpi.example.vn/?asOf=2026-11-23T02%3A00%3A00.000Z&objective=unit-electronic&unit=H19.12',
  );
});

it('leads to the evidence as it stood at the moment, of the window and the part that the alert is about', () => {
  const evidence = (subject: AlertTransitionedV1['subject']) =>
    messageOf(fact({ subject }), { publicUrl: 'https://kpi.example.vn', zone, storeHead: () => null }).data
      .evidence;
  const { meaning: _, ...bare } = objective;
  const path = 'https://kpi.example.vn/v1/objectives';
  const asOf = '?asOf=2026-11-23T02%3A00%3A00.000Z';
  assert.equal(evidence(objective), `${path}/unit-electronic/evidence${asOf}&window=quarter&part=awaiting`);
  assert.equal(evidence(bare), `${path}/unit-electronic/evidence${asOf}`);
  assert.equal(evidence(feed), `${path}${asOf}`);
});
