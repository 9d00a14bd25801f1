import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../eventually.ts';
import { nhip } from '../process.ts';
import type { Delivery } from '../webhook-receiver.ts';
import type { Expected, Office, Unit } from './office.ts';
import { UNITS } from './office.ts';
import type { Records } from './records.ts';

/** Catching up is slow where several tests share the machine; nothing waits so long where all is well. */
const CAUGHT_UP = { timeoutMs: 90_000, everyMs: 250 };
const EVIDENCE_PAGE = 500;

/** Every event that was made is in the store exactly once, and nothing else of any dossier. */
export async function checkStore(records: Records, office: Office): Promise<void> {
  const made = new Set(office.made.flatMap((one) => (one.kind === 'event' ? [one.id] : [])));
  const ids = async () =>
    (await records.events())
      .filter(({ stream }) => stream.startsWith('dossier-'))
      .map(({ sourceId = 'none' }) => sourceId);
  await eventually(async () => {
    const missing = made.difference(new Set(await ids()));
    assert.equal(missing.size, 0, `missing of ${made.size}: ${[...missing].slice(0, 5)}`);
    return true;
  }, CAUGHT_UP);
  const all = await ids();
  assert.equal(new Set(all).size, all.length, 'stored twice');
  assert.equal(all.length, made.size, 'stored, and never sent');
}

/**
 * Each poison is a dead letter, and nothing else is; once, but for one that names no source and came through the broker again.
 */
export async function checkDeadLetters(records: Records, office: Office): Promise<void> {
  const poison = new Set(office.made.flatMap((one) => (one.kind === 'poison' ? [one.text] : [])));
  await eventually(async () => {
    const texts = await records.deadLetters();
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
export async function checkVerified({ env }: Pick<Records, 'env'>): Promise<void> {
  const { code, stdout, stderr } = await nhip(['verify'], env);
  assert.equal(code, 0, stdout + stderr);
}

/**
 * Every notified change of an alert has reached the receiver under one webhook-id, which stands for nothing
 * else, and its outcome is an event, once.
 */
export async function checkWebhooks(
  records: Records,
  receiver: { readonly deliveries: readonly Delivery[] },
  secret: string,
): Promise<number> {
  const ofType = async (wanted: string) =>
    (await records.events()).filter(({ type }) => type === wanted).map(({ data }) => JSON.parse(data));
  const owed = async () =>
    (await ofType('alert.transitioned.v1'))
      .filter(({ notify }) => notify)
      .map(({ key, at, reason }) => `${key} ${new Date(at).toISOString()} ${reason}`);
  const last = new Map<string, string>();
  for (const { key, kind } of await ofType('alert.transitioned.v1')) {
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
  await eventually(async () => {
    assert.deepEqual(sent().sort(), (await owed()).sort(), 'messages sent, and owed');
    return true;
  }, CAUGHT_UP);
  const outcomes = async () => (await ofType('webhook.delivered.v1')).map(({ delivery }): string => delivery);
  const ids = new Set(receiver.deliveries.map(({ headers }) => String(headers['webhook-id'])));
  await eventually(async () => {
    assert.deepEqual((await outcomes()).sort(), [...ids].sort(), 'deliveries whose outcome is an event');
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
