import { z } from 'zod';
import { DAY, type Zone } from '../calendar/zone.ts';
import { COMPARATORS } from '../measures/rate.ts';
import type { AlertTransitionedV1 } from './facts.ts';
import { type Message, type MessageType, messageOf, type StoreHead, trialOf } from './message.ts';
import {
  alertKey,
  type FeedSubject,
  type ObjectiveSubject,
  REGISTERS,
  type RegisterSubject,
  RULE_KINDS,
} from './rule.ts';

/** The messages that receivers get, for the OpenAPI document. Each message keeps this form: see message-text.test.ts. */

/** One schema in the description, however often it stands there. */
const component = (name: string) => ({ 'x-component': name });

const bilingual = z.object({ vi: z.string(), en: z.string() });
const text = bilingual.describe('The event, in words.');
const page = z.url().describe('The page as it stood at that moment.');
const moment = z.iso.datetime();
const storeHead = z
  .object({
    store: z.uuid().describe('Id of the store.'),
    position: z.string().describe('Position of the last event that the figures reflect.'),
    link: z.string().describe('SHA-256 of all events up to there, chained, as hex.'),
  })
  .nullable()
  .describe(
    'What all events come to. Kept by the receiver, it proves later whether the past has changed; null where no chain is known.',
  );

const alert = z.object({
  text,
  alert: z.string().describe('The alert, as `GET /v1/alerts` names it.'),
  rule: z.enum(RULE_KINDS).describe('The rule that raised the alert.'),
  reminder: z.boolean().describe('Whether it was sent before and its condition still holds.'),
  reason: z.string().describe('Why it is sent now.'),
  since: moment
    .nullable()
    .describe('The moment since which its condition has held; of a recovery, had held.'),
  page,
  evidence: z.url().describe('The evidence behind the figure at that moment.'),
  storeHead,
});

const objectiveData = alert
  .extend({
    objective: z.string().describe('Id of the objective.'),
    scope: z.string().describe('The unit, or `office`.'),
    title: bilingual.optional().describe('Title of the objective.'),
    owner: bilingual.optional().describe('The person or office responsible for the objective.'),
    status: z
      .enum(['met', 'on-path', 'at-risk', 'breached', 'not-computable'])
      .nullable()
      .describe('Status of the objective at that moment; null of a small group of people.'),
    value: z.number().nullable().describe('The share or the value, for display; null when not computable.'),
    target: z.number().describe('The share or the value that is required.'),
    comparator: z.enum(COMPARATORS).describe('How the value must stand to the target.'),
    measuredIn: bilingual
      .nullable()
      .describe(
        'The unit of the value; null where it is a share. Of a value numerator ÷ denominator is the exact value.',
      ),
    numerator: z
      .int()
      .nullable()
      .describe('The number of cases that count for the objective; null of a small group of people.'),
    denominator: z.int().describe('The number of cases that count at all.'),
    lateBudget: z
      .int()
      .nullable()
      .optional()
      .describe('The number of further failures that the target allows.'),
    needed: z
      .int()
      .nullable()
      .optional()
      .describe('How many more the target needs, where the figure grows towards it and its window runs.'),
    window: z.string().optional().describe('The window of the figure, e.g. `year`.'),
    part: z
      .object({ name: z.string(), title: bilingual })
      .optional()
      .describe('The part of the figure that `evidence` lists: the failures, or the cases that may fail.'),
  })
  .meta(component('ObjectiveMessageData'));

const feedFigures = {
  feed: z.string().describe('Name of the feed.'),
  objectives: z.array(z.string()).describe('The objectives that need it.'),
  silent: z.boolean().describe('Whether it is silent now.'),
  lastEventAt: moment.nullable().describe('When its last event arrived.'),
};
const feedData = alert
  .extend({
    ...feedFigures,
    feeds: z
      .array(z.object(feedFigures))
      .describe(
        'Every feed that the message is about, the first as above: more than one, and up to 100, where more than three changed at once.',
      ),
  })
  .meta(component('FeedMessageData'));

const registerData = alert
  .extend({
    register: z.enum(REGISTERS).describe('What is overdue.'),
    scope: z.string().describe('The unit that keeps them, or `office`.'),
    overdue: z.int().describe('How many entries are past their last day.'),
  })
  .meta(component('RegisterMessageData'));

const trialData = z.object({ webhook: z.string().describe('Id of the webhook.'), text, page, storeHead });

const DATA: Readonly<Record<MessageType, z.ZodObject>> = {
  'objective.breached': objectiveData,
  'objective.at-risk': objectiveData,
  'objective.recovered': objectiveData,
  'feed.silent': feedData,
  'feed.resumed': feedData,
  'register.overdue': registerData,
  'register.cleared': registerData,
  'webhook.test': trialData,
};

/** The schema of the body of each type of message. */
export const messageSchema = (type: MessageType) =>
  z.object({
    type: z.literal(type),
    timestamp: moment.describe('When it happened, the same on every try.'),
    data: DATA[type],
  });

const MEANING = {
  title: { vi: 'Hồ sơ giải quyết đúng hạn và trước hạn', en: 'Dossiers settled on time or early' },
  owner: { vi: 'Chánh Văn phòng', en: 'Chief of the Office' },
  words: {
    counted: { vi: 'hồ sơ', en: 'dossiers' },
    failed: {
      one: { vi: 'hồ sơ trễ', en: 'late dossier' },
      many: { vi: 'hồ sơ trễ', en: 'late dossiers' },
    },
  },
  part: { name: 'late', title: { vi: 'Trễ hạn', en: 'Late' } },
  window: 'year',
  lateBudget: -3,
} satisfies ObjectiveSubject['meaning'];
const OBJECTIVE: ObjectiveSubject = {
  kind: 'objective',
  objective: 'dossier-on-time',
  scope: 'office',
  status: 'breached',
  target: '0.96',
  numerator: 1_893,
  denominator: 1_975,
  settleNowDenominator: 1_990,
  doubted: false,
  evidence: '/v1/objectives/dossier-on-time/evidence',
  meaning: MEANING,
};
const AT_RISK: ObjectiveSubject = {
  ...OBJECTIVE,
  status: 'at-risk',
  numerator: 1_900,
  meaning: {
    ...MEANING,
    lateBudget: 4,
    part: { name: 'overdue', title: { vi: 'Đang quá hạn', en: 'Overdue now' } },
  },
};
const RECOVERED: ObjectiveSubject = {
  ...OBJECTIVE,
  status: 'met',
  numerator: 1_920,
  denominator: 1_990,
  meaning: { ...MEANING, lateBudget: 9 },
};
const FEED: FeedSubject = {
  kind: 'feed',
  feed: 'one-stop',
  objectives: ['dossier-on-time'],
  silent: true,
  lastEventAt: Date.parse('2026-11-20T02:31:00Z'),
  evidence: '/v1/objectives',
};

const REGISTER: RegisterSubject = {
  ...{
    kind: 'register',
    register: 'risks',
    scope: 'H19.12',
    overdue: 2,
    evidence: '/v1/risks?state=overdue',
  },
};

/** The transition behind each type of message: rule, whether it is over, subject. */
const CAUSES: Readonly<Partial<Record<MessageType, Pick<AlertTransitionedV1, 'rule' | 'kind' | 'subject'>>>> =
  {
    'objective.breached': { rule: 'breach', kind: 'fired', subject: OBJECTIVE },
    'objective.at-risk': { rule: 'at-risk', kind: 'fired', subject: AT_RISK },
    'objective.recovered': { rule: 'breach', kind: 'resolved', subject: RECOVERED },
    'feed.silent': { rule: 'feed-silent', kind: 'fired', subject: FEED },
    'feed.resumed': { rule: 'feed-silent', kind: 'resolved', subject: { ...FEED, silent: false } },
    'register.overdue': { rule: 'overdue', kind: 'fired', subject: REGISTER },
    'register.cleared': { rule: 'overdue', kind: 'resolved', subject: { ...REGISTER, overdue: 0 } },
  };

const AT = Date.parse('2026-11-23T02:00:00Z');
const PUBLIC_URL = 'https://kpi.example.vn';
const storeHeadExample: StoreHead = {
  store: '0f7b6a0e-9d53-4b1e-8a07-6d0f1f437a07',
  position: '1066195',
  link: 'abababababababababababababababababababababababababababababababab',
};

/** An invented message of a type, made as real ones are. */
export function messageExample(type: MessageType, zone: Zone): Message {
  const context = { publicUrl: PUBLIC_URL, zone, storeHead: () => storeHeadExample };
  const cause = CAUSES[type];
  if (!cause) return trialOf('45ae0e40-e806-48c2-82d3-18088b6b431d', AT, context);
  const { rule, kind, subject } = cause;
  const fact: AlertTransitionedV1 = {
    key: alertKey({ rule: { kind: rule }, subject }),
    rule,
    kind,
    subject,
    at: AT,
    since: AT - 2 * DAY,
    notify: true,
    reason: kind === 'resolved' ? 'resolved' : 'held-for',
  };
  return messageOf(fact, context);
}
