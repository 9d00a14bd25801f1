import { randomUUID } from 'node:crypto';
import {
  ACKNOWLEDGED,
  type AlertFact,
  type AlertTransitionedV1,
  alertFact,
  applyFact,
  TRANSITIONED,
} from '../../../shared/alerting/facts.ts';
import { type FeedChange, type GroupPart, groupsOf } from '../../../shared/alerting/grouping.ts';
import { type MessageContext, messageOf, wanted } from '../../../shared/alerting/message.ts';
import { newerType } from '../../../shared/alerting/newer-type.ts';
import {
  type AlertKey,
  type Asked,
  alertKey,
  alertStream,
  outrankedBy,
  type Rule,
  readingOf,
  type Subject,
  type Watch,
} from '../../../shared/alerting/rule.ts';
import { type Silence, silenceFor } from '../../../shared/alerting/silence.ts';
import {
  type Acknowledgement,
  type AlertState,
  acknowledge,
  decide,
  evolve,
  INITIAL,
  type Reason,
  type Transition,
} from '../../../shared/alerting/state.ts';
import { type EventId, eventId } from '../../../shared/contracts/ids.ts';
import type { EventToRecord } from '../../../shared/contracts/stored-event.ts';
import { eventsOfStream } from '../../../shared/event-store/events-of-stream.ts';
import { ownEvent } from '../../../shared/event-store/own-events.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import type { Clock, Moment } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/platform/log.ts';
import { inSpan, isTracing } from '../../../shared/platform/tracing.ts';
import type { NewDelivery, Outbox, Webhook } from '../webhooks/outbox.ts';

/** One alert as the alerter knows it. */
export interface Alert {
  readonly key: AlertKey;
  readonly state: AlertState;
  /** Of the last event of its stream; -1 before the first. */
  readonly revision: number;
  /** The last subject of its rule; undefined while its rule has not been seen since the start. */
  readonly watch: Watch | undefined;
  /** Why it was last left alone or changed. */
  readonly reason: Reason;
  /** The silence that covered it when last asked. */
  readonly silence: string | undefined;
  /** Its last transition; null before the first. */
  readonly fact: AlertTransitionedV1 | null;
  /** The type of an event of its stream that this program does not know: what the alert is now is unknown, so it is left as it is. */
  readonly unknownType?: string;
}

export interface AlertBookOptions {
  readonly store: EventStore;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  readonly messages: MessageContext;
}

/** Of events, where they carry one. */
type Traceparents = readonly (string | undefined)[];

/** An event of an alert's stream, as far as it matters for messages. */
type Stated = Pick<EventToRecord, 'id' | 'metadata'>;

/** A transition whose messages may still have to be queued. */
interface Owed {
  readonly event: Stated;
  readonly fact: AlertTransitionedV1;
}

export type AcknowledgeOutcome =
  | { readonly kind: 'acknowledged'; readonly alert: Alert }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-firing' }
  /** By any person: the first acknowledgement stays. */
  | { readonly kind: 'acknowledged-before'; readonly acknowledged: Acknowledgement }
  /** Its stream has an event of this type, which this program does not know. */
  | { readonly kind: 'unknown-type'; readonly type: string }
  /** Another process changed it meanwhile. */
  | { readonly kind: 'conflict' };

/**
 * The alerts and their streams. A change is appended first and queued after, so of two alerters only one ever decides; a stop
 * between the two is repaired at the next reading of the stream: a message that is queued twice is stored once. Not reentrant: the caller
 * runs one method at a time.
 */
export class AlertBook {
  readonly #options: AlertBookOptions;
  readonly #alerts = new Map<AlertKey, Alert>();
  /** Makes the event ids of two alerters differ: only one's own append, tried again, may count as already done. */
  readonly #instance = randomUUID();

  constructor(options: AlertBookOptions) {
    this.#options = options;
  }

  /** The subjects of the alerts, with their rules. */
  known(): readonly Asked[] {
    return this.all().flatMap(({ watch, fact }) =>
      watch ? [watch] : fact ? [{ rule: { kind: fact.rule }, subject: fact.subject }] : [],
    );
  }

  all(): readonly Alert[] {
    return [...this.#alerts.values()];
  }

  /** The alerts that wait or fire and that no rule asks about any more. @param complete the objectives whose rules are all among the watches */
  withdrawn(watches: readonly Watch[], complete: ReadonlySet<string>): readonly Watch[] {
    const asked = new Set(watches.map(alertKey));
    // Of the registers every unit is among the watches; a feed may be silent that no objective needs any more.
    const isComplete = (subject: Subject) =>
      subject.kind === 'register' || (subject.kind === 'objective' && complete.has(subject.objective));
    return this.all().flatMap(({ key, state, fact }): readonly Watch[] => {
      if (state.phase !== 'firing' && state.phase !== 'pending') return [];
      if (asked.has(key) || !fact || !isComplete(fact.subject)) return [];
      return [{ rule: { ...NO_RULE, kind: fact.rule }, subject: fact.subject, withdrawn: true }];
    });
  }

  /** Why an alert is left as it is: a newer version has written to its stream. Undefined when that is so of none. */
  problem(): string | undefined {
    const left = this.all().find(({ unknownType }) => unknownType !== undefined);
    return left && `the alert ${left.key} is left as it is: ${newerType(left.unknownType)}`;
  }

  /** Reads every alert known from before and queues the messages that a stop left unqueued. @throws StoreError */
  async open(): Promise<void> {
    for (const key of await this.#options.outbox.alertKeys()) await this.#load(key);
  }

  /**
   * Asks every rule once. @throws StoreError, and then the alerts not reached keep their state
   * @param causes reads the `traceparent`s of the events since the last time; asked up to once, when an alert changes
   */
  async evaluate(
    watches: readonly Watch[],
    silences: readonly Silence[],
    causes: () => Promise<Traceparents>,
  ): Promise<void> {
    let read: Promise<Traceparents> | undefined;
    const readOnce = () => {
      read ??= causes();
      return read;
    };
    // Breaches first: at-risk depends on them.
    const ordered = watches.toSorted(
      (a, b) => Number(a.rule.kind === 'at-risk') - Number(b.rule.kind === 'at-risk'),
    );
    const groups = await this.#groups(ordered, silences);
    const told = new Set<AlertKey>();
    for (const watch of ordered) {
      const key = alertKey(watch);
      const part = groups.get(key);
      // Where the one that was to send could not, each sends its own.
      const counts = part?.kind === 'is-in' ? told.has(part.toldBy) : true;
      if (await this.#ask(watch, silences, readOnce, counts ? part : undefined)) told.add(key);
    }
  }

  /** Acknowledges a firing alert. @throws StoreError */
  async acknowledge(key: AlertKey, by: string, comment: string): Promise<AcknowledgeOutcome> {
    const alert = this.#alerts.get(key);
    if (!alert) return { kind: 'unknown' };
    if (alert.unknownType !== undefined) return { kind: 'unknown-type', type: alert.unknownType };
    if (alert.state.phase !== 'firing') return { kind: 'not-firing' };
    const { acknowledged } = alert.state;
    if (acknowledged) return { kind: 'acknowledged-before', acknowledged };
    const acknowledgement = { at: this.#options.clock(), by, comment };
    const event = await this.#append(alert, ACKNOWLEDGED, { key, ...acknowledgement });
    if (event === undefined) return { kind: 'conflict' };
    const next = { ...alert, revision: alert.revision + 1, state: acknowledge(alert.state, acknowledgement) };
    await this.#settle(next, []);
    return { kind: 'acknowledged', alert: next };
  }

  /** Which feeds that change now are in one message. */
  async #groups(
    watches: readonly Watch[],
    silences: readonly Silence[],
  ): Promise<ReadonlyMap<AlertKey, GroupPart>> {
    const changes: FeedChange[] = [];
    for (const watch of watches) {
      const { subject } = watch;
      if (subject.kind !== 'feed') continue;
      const key = alertKey(watch);
      const alert = await this.#alertOf(key);
      if (alert.unknownType !== undefined) continue;
      const { transition } = this.#decide(alert, watch, silences).decision;
      if (transition?.notify) changes.push({ key, subject, kind: transition.kind });
    }
    return groupsOf(changes);
  }

  async #alertOf(key: AlertKey): Promise<Alert> {
    return this.#alerts.get(key) ?? (await this.#load(key));
  }

  #decide(alert: Alert, watch: Watch, silences: readonly Silence[]) {
    const now = this.#options.clock();
    const over = outrankedBy(watch);
    const outranked = over !== undefined && this.#alerts.get(over)?.state.phase === 'firing';
    const silence = silenceFor(silences, watch, now)?.id;
    const decision = decide(alert.state, readingOf(watch, outranked), watch.rule, silence !== undefined, now);
    return { silence, decision };
  }

  /** @param part in a message about many @returns whether the alert changed, durably */
  async #ask(
    watch: Watch,
    silences: readonly Silence[],
    causes: () => Promise<Traceparents>,
    part: GroupPart | undefined,
  ): Promise<boolean> {
    const key = alertKey(watch);
    const alert = await this.#alertOf(key);
    if (alert.unknownType !== undefined) {
      this.#alerts.set(key, { ...alert, watch });
      return false;
    }
    const { silence, decision } = this.#decide(alert, watch, silences);
    const asked = { ...alert, watch, reason: decision.reason, silence };
    this.#alerts.set(key, asked);
    const { transition } = decision;
    if (!transition) return false;
    const spanned = {
      causes: isTracing() ? await this.#causesOf(asked, transition.kind, causes) : [],
      attributes: { 'nhip.alert': key, 'nhip.transition': transition.kind },
    };
    return inSpan('alert.transition', spanned, () => this.#transition(asked, watch, transition, part));
  }

  /** A pending alert fires because time has passed: it continues the trace that made it pending. */
  async #causesOf(
    { key, revision, state }: Alert,
    kind: Transition['kind'],
    causes: () => Promise<Traceparents>,
  ): Promise<Traceparents> {
    const since = await causes();
    if (state.phase !== 'pending' || kind !== 'fired') return since;
    const [pending] = await this.#options.store.readStream(alertStream(key), revision, 1);
    return [pending?.metadata.traceparent, ...since];
  }

  async #transition(
    alert: Alert,
    watch: Watch,
    transition: Transition,
    part: GroupPart | undefined,
  ): Promise<boolean> {
    const { key, silence } = alert;
    const fact: AlertTransitionedV1 = {
      key,
      rule: watch.rule.kind,
      ...transition,
      since: sinceOf(alert, transition),
      subject: watch.subject,
      ...(silence === undefined ? {} : { silence }),
      ...(part?.kind === 'sends' && { others: part.others }),
      ...(part?.kind === 'is-in' && { toldBy: part.toldBy }),
    };
    const event = await this.#append(alert, TRANSITIONED, fact);
    if (event === undefined) return false;
    const next = { ...alert, revision: alert.revision + 1, state: evolve(alert.state, transition), fact };
    // No message is sent for an alert that starts or stops waiting.
    const notified = transition.kind !== 'pending' && transition.kind !== 'cancelled';
    this.#options.log[notified ? 'info' : 'debug'](
      { alert: key, transition: transition.kind, reason: transition.reason },
      'alerts: phase changed',
    );
    await this.#settle(next, [{ event, fact }]);
    return true;
  }

  /** @returns the event once it is durable; undefined when another process appended first; its state has been loaded. */
  async #append(alert: Alert, type: AlertFact['type'], data: object): Promise<Stated | undefined> {
    const { store, clock, log } = this.#options;
    const { key, revision } = alert;
    const event = ownEvent(`${key}/${revision + 1}/${this.#instance}/${clock()}`, type, data);
    try {
      const expected = revision < 0 ? 'no-stream' : revision;
      const outcome = await store.append(alertStream(key), expected, [event], clock());
      if (outcome.kind === 'appended' || outcome.kind === 'duplicate') return event;
      log.warn(
        { alert: key, outcome: outcome.kind },
        'alerts: another alerter appended first, its state is loaded',
      );
      // The other alerter may have stopped before it queued its messages.
      await this.#load(key);
      return undefined;
    } catch (error) {
      // Whether it was stored is unknown: forget the state, so that the next evaluation reads the stream and queues its messages.
      this.#alerts.delete(key);
      throw error;
    }
  }

  /** Queues the messages due, notes how far the stream is done, and only then keeps the new state. */
  async #settle(alert: Alert, owed: readonly Owed[]): Promise<void> {
    const { outbox, clock } = this.#options;
    const { key, revision, state, fact } = alert;
    try {
      const notified = owed.filter((one) => one.fact.notify && one.fact.toldBy === undefined);
      const webhooks = notified.length > 0 ? await outbox.webhooks() : [];
      const deliveries = notified.flatMap((one) => this.#deliveries(one, webhooks));
      await outbox.queue(deliveries, clock(), { key, revision, state, fact });
      this.#alerts.set(key, alert);
    } catch (error) {
      this.#alerts.delete(key);
      throw error;
    }
  }

  #deliveries({ event, fact }: Owed, webhooks: readonly Webhook[]): NewDelivery[] {
    const { traceparent } = event.metadata;
    return webhooks
      .filter(({ enabled, createdAt }) => enabled && createdAt <= fact.at)
      .flatMap(({ id, filter }) => {
        const heard = wanted(filter, fact);
        if (!heard) return [];
        const message = messageOf(heard, this.#options.messages);
        return [{ id: deliveryId(event.id, id), webhook: id, message, traceparent }];
      });
  }

  /** Reads an alert's stream beyond the mark, and queues the messages due. */
  async #load(key: AlertKey): Promise<Alert> {
    const { store, outbox } = this.#options;
    const mark = await outbox.mark(key);
    const stream = alertStream(key);
    // A store that was restored from an older backup ends before the mark: then the store's events hold.
    const marked = mark !== undefined && (await store.readStream(stream, mark.revision, 1)).length > 0;
    let { state, revision, fact } = marked ? mark : { state: INITIAL, revision: -1, fact: null };
    const owed: Owed[] = [];
    let unknownType: string | undefined;
    for await (const event of eventsOfStream(store, stream, revision + 1)) {
      const found = alertFact(event.type, event.data);
      if (!found) {
        unknownType = event.type;
        this.#options.log.error(
          { alert: key, type: event.type },
          'alerts: an event of an unknown type, the alert is left as it is',
        );
        break;
      }
      revision = event.revision;
      state = applyFact(state, found);
      if (found.type !== TRANSITIONED) continue;
      fact = found.data;
      owed.push({ event, fact: found.data });
    }
    const before = this.#alerts.get(key);
    const alert: Alert = {
      key,
      state,
      revision,
      fact,
      watch: before?.watch,
      reason: unknownType === undefined ? (before?.reason ?? 'nothing') : 'newer-event',
      silence: before?.silence,
      ...(unknownType !== undefined && { unknownType }),
    };
    if (owed.length > 0) await this.#settle(alert, owed);
    else this.#alerts.set(key, alert);
    return alert;
  }
}

/** Of what no rule asks about: it raises nothing. */
const NO_RULE: Omit<Rule, 'kind'> = { for: 0, margin: '0', minimumVolume: 0, repeatInterval: null };

/** Since when the condition of an alert has held, at a transition of it. */
function sinceOf({ state, fact }: Alert, { kind, at }: Transition): Moment {
  if (state.phase === 'ok' || state.phase === 'resolved') return at;
  // An alert that fires after it was pending has held since then.
  return kind === 'fired' ? state.since : (fact?.since ?? state.since);
}

/** The `webhook-id` of a transition on its way to a webhook: the same whenever and by whomever it is derived. */
export const deliveryId = (transition: EventId, webhook: string): string => eventId(transition, webhook);
