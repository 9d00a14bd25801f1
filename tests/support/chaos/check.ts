import assert from 'node:assert/strict';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { Journal } from '../eventstore/journal.ts';
import type { StoredEvent } from '../eventstore/stored-event.ts';
import { eventually } from '../eventually.ts';
import { nhip } from '../process.ts';
import type { Production } from '../production.ts';
import type { Delivery } from '../webhook-receiver.ts';
import type { Expected, Office, Unit } from './office.ts';
import { UNITS } from './office.ts';

/** Catching up is slow where several tests share the machine; nothing waits so long where all is well. */
const CAUGHT_UP = { timeoutMs: 90_000, everyMs: 250 };
const EVIDENCE_PAGE = 500;

/** The durable events of the store's server, read without the product. */
export const storedEvents = ({ store }: Pick<Production, 'store'>): readonly StoredEvent[] => [
  ...Journal.read(store.file),
];

export const jsonOf = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());

/** Every event that was made is in the store exactly once, and nothing else of any dossier. */
export async function checkStore(production: Production, office: Office): Promise<void> {
  const made = new Set(office.made.flatMap((one) => (one.kind === 'event' ? [one.id] : [])));
  const ids = () =>
    storedEvents(production)
      .filter(({ stream }) => stream.startsWith('dossier-'))
      .map(({ metadata }): string => jsonOf(metadata).sourceId);
  await eventually(() => {
    const missing = made.difference(new Set(ids()));
    assert.equal(missing.size, 0, `missing of ${made.size}: ${[...missing].slice(0, 5)}`);
    return true;
  }, CAUGHT_UP);
  const all = ids();
  const twice = all.filter((id, index) => all.indexOf(id) !== index);
  assert.deepEqual(twice, [], 'stored twice');
  assert.equal(all.length, made.size, 'stored, and never sent');
}

/**
 * Each poison is a dead letter, and nothing else is; once, but for one that names no source and came through the broker again.
 */
export async function checkDeadLetters({ env }: Production, office: Office): Promise<void> {
  const poison = new Set(office.made.flatMap((one) => (one.kind === 'poison' ? [one.text] : [])));
  await eventually(async () => {
    const client = new pg.Client(env.DATABASE_URL);
    await client.connect();
    const { rows } = await client.query<{ readonly text: string }>(
      "SELECT convert_from(raw, 'UTF8') AS text FROM nhip.dead_letter",
    );
    await client.end();
    const texts = rows.map(({ text }) => text);
    assert.deepEqual([...new Set(texts)].sort(), [...poison].sort(), 'dead letters');
    const readable = texts.filter((text) => text.endsWith('}'));
    assert.equal(readable.length, new Set(readable).size, 'dead letters kept twice');
    return true;
  }, CAUGHT_UP);
}

/** The figures that an api gives are those of the office's own books. @param url of an api */
export async function checkFigures(url: string, office: Office): Promise<void> {
  for (const unit of [undefined, ...UNITS]) {
    const { late, ...figure } = office.expected(unit);
    await eventually(async () => {
      assert.deepEqual(await figureOf(url, unit), figure, unit ?? 'the whole office');
      return true;
    }, CAUGHT_UP);
    const objective = `${url}/v1/objectives/on-time-office/evidence`;
    const scope = unit === undefined ? '' : `&unit=${unit}`;
    const evidence = await pages(`${objective}?part=late&limit=${EVIDENCE_PAGE}${scope}`, 'dossiers');
    assert.deepEqual(evidence.map(({ id }) => id).sort(), late, `late dossiers of ${unit}`);
  }
}

async function figureOf(url: string, unit?: Unit): Promise<Omit<Expected, 'late'>> {
  const answer = await fetch(
    `${url}/v1/objectives/on-time-office${unit === undefined ? '' : `?unit=${unit}`}`,
  );
  const body = await answer.text();
  assert.equal(answer.status, 200, body);
  const { numerator, denominator, open } = JSON.parse(body);
  return { numerator, denominator, overdue: open.overdue };
}

/** `nhip verify` recomputes everything from the store, and agrees. */
export async function checkVerified({ env }: Production): Promise<void> {
  const { code, stdout, stderr } = await nhip(['verify'], env);
  assert.equal(code, 0, stdout + stderr);
}

/**
 * Every notified change of an alert has reached the receiver under one webhook-id, which stands for nothing
 * else, and its outcome is an event, once.
 */
export async function checkWebhooks(
  production: Production,
  receiver: { readonly deliveries: readonly Delivery[] },
  secret: string,
): Promise<number> {
  const owed = () =>
    storedEvents(production)
      .filter(({ type }) => type === 'alert.transitioned.v1')
      .map(({ data }) => jsonOf(data))
      .filter(({ notify }) => notify)
      .map(({ key, at, reason }) => `${key} ${new Date(at).toISOString()} ${reason}`);
  const last = new Map<string, string>();
  for (const { type, data } of storedEvents(production)) {
    if (type !== 'alert.transitioned.v1') continue;
    const { key, kind } = jsonOf(data);
    assert.notEqual(kind, last.get(key), `${key} ${kind} twice in a row: two alerters decided`);
    last.set(key, kind);
  }
  const sent = () => {
    const signed = new Webhook(secret);
    const messages = new Map<string, string>();
    for (const { headers, body } of receiver.deliveries) {
      const id = String(headers['webhook-id']);
      assert.equal(messages.get(id) ?? body, body, `${id} stands for two messages`);
      messages.set(id, body);
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
      assert.equal(headers['webhook-signature'], signed.sign(id, at, body), 'signature');
    }
    return [...messages.values()].map((body) => {
      const { timestamp, data } = JSON.parse(body);
      return `${data.alert} ${timestamp} ${data.reason}`;
    });
  };
  await eventually(() => {
    assert.deepEqual(sent().sort(), owed().sort(), 'messages sent, and owed');
    return true;
  }, CAUGHT_UP);
  const outcomes = () =>
    storedEvents(production)
      .filter(({ type }) => type === 'webhook.delivered.v1')
      .map(({ data }): string => jsonOf(data).delivery);
  const ids = new Set(receiver.deliveries.map(({ headers }) => String(headers['webhook-id'])));
  await eventually(() => {
    assert.deepEqual(outcomes().sort(), [...ids].sort(), 'deliveries whose outcome is an event');
    return true;
  }, CAUGHT_UP);
  return ids.size;
}

type Item = Readonly<Record<string, unknown>>;

async function pages(url: string, list: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const answer = await fetch(cursor === undefined ? url : `${url}&cursor=${encodeURIComponent(cursor)}`);
    const body = await answer.text();
    assert.equal(answer.status, 200, body);
    const page = JSON.parse(body);
    items.push(...page[list]);
    if (page.next === undefined) return items;
    cursor = page.next;
  }
}
