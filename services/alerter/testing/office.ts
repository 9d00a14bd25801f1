import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { Registry } from 'prom-client';
import type { ObjectiveSubject, Rule, Watch } from '../../../shared/alerting/rule.ts';
import {
  feedSubject,
  MEANING,
  objectiveSubject,
  rule as ruleOf,
} from '../../../shared/alerting/testing/subjects.ts';
import { zoneOf } from '../../../shared/calendar/zone.ts';
import type { Position } from '../../../shared/contracts/stored-event.ts';
import type { EventStore } from '../../../shared/event-store/port.ts';
import { openEventStore } from '../../../shared/event-store/sqlite/store.ts';
import { createLog } from '../../../shared/platform/log.ts';
import { installProblems } from '../../../shared/platform/problem.ts';
import { readRequestsAsMeant } from '../../../shared/platform/request-text.ts';
import { validateRequest } from '../../../shared/platform/request-validator.ts';
import { type Alerter, type AlerterOptions, buildAlerter } from '../app.ts';
import type { Outbox } from '../webhooks/outbox.ts';
import { openSqliteOutbox } from '../webhooks/outbox-sqlite.ts';

/** `numerator` of 100 dossiers on time, target 96 %: the answer of a ledger. */
export const onTime = (
  numerator: number,
  rule: Partial<Rule> = {},
  subject: Partial<ObjectiveSubject> = {},
): Watch => ({
  rule: ruleOf(rule),
  subject: objectiveSubject({
    status: numerator >= 96 ? 'met' : 'breached',
    numerator,
    meaning: { ...MEANING, lateBudget: numerator - 96 },
    ...subject,
  }),
});

export const feed = (silent: boolean, name = 'one-stop'): Watch => ({
  rule: ruleOf({ kind: 'feed-silent' }),
  subject: feedSubject({ feed: name, silent, lastEventAt: 0, evidence: '/v1/feeds' }),
});

export type OpenOutbox = (folder: string) => Outbox;

/** An alerter on a real store, with figures and a clock that the test sets, and its routes on a server. */
export class Office {
  readonly folder: string;
  readonly store: EventStore;
  watches: readonly Watch[] = [];
  /** The objectives of which these are all rules. */
  complete: ReadonlySet<string> = new Set();
  /** The position that the ledger claims; infinity is "up to date". */
  position = Number.MAX_SAFE_INTEGER;
  now = Date.UTC(2026, 10, 23, 2, 0, 0);
  alerter: Alerter;
  http: FastifyInstance;
  readonly #options: Partial<AlerterOptions>;
  readonly #openOutbox: OpenOutbox;
  #outbox: Outbox;

  private constructor(
    folder: string,
    store: EventStore,
    options: Partial<AlerterOptions>,
    openOutbox: OpenOutbox,
  ) {
    this.folder = folder;
    this.store = store;
    this.#options = options;
    this.#openOutbox = openOutbox;
    this.#outbox = openOutbox(folder);
    this.alerter = this.build();
    this.http = serverOf(this.alerter);
  }

  /** @param at the folder of an office that was left; a new one when omitted. */
  static async open(
    options: Partial<AlerterOptions> = {},
    at?: string,
    openOutbox: OpenOutbox = (folder) => openSqliteOutbox(join(folder, 'webhooks.db')),
  ): Promise<Office> {
    const folder = at ?? (await mkdtemp(join(tmpdir(), 'nhip-alerter-')));
    return new Office(folder, await openEventStore(join(folder, 'events.db')), options, openOutbox);
  }

  /** Another alerter on the same store and outbox. */
  build(options: Partial<AlerterOptions> = {}): Alerter {
    return buildAlerter({
      store: this.store,
      observe: async () => ({
        position: this.position as Position,
        watches: this.watches,
        complete: this.complete,
      }),
      onLedgerCommit: () => () => {},
      outbox: this.#outbox,
      clock: () => this.now,
      log: createLog('silent'),
      registry: new Registry(),
      allowPrivate: true,
      messages: {
        publicUrl: 'https://kpi.example.vn',
        zone: zoneOf('Asia/Ho_Chi_Minh'),
        storeHead: () => null,
      },
      ...this.#options,
      ...options,
    });
  }

  /** Stops the alerter and starts a new one on the same files. */
  async restart(options: Partial<AlerterOptions> = {}): Promise<void> {
    await this.alerter.stop();
    await this.#outbox.close();
    this.#outbox = this.#openOutbox(this.folder);
    this.alerter = this.build(options);
    this.http = serverOf(this.alerter);
    await this.alerter.start();
  }

  async register(url: string, filter: object = {}): Promise<{ id: string; secret: string }> {
    const answer = await this.http.inject({ method: 'POST', url: '/v1/webhooks', payload: { url, filter } });
    if (answer.statusCode !== 201) throw new Error(answer.body);
    return answer.json();
  }

  async call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
    const answer = await this.http.inject({ method, url, ...(payload ? { payload } : {}) });
    return { status: answer.statusCode, body: answer.body === '' ? null : answer.json() };
  }

  /** Moves the clock on and lets the alerter do its due work. */
  async pass(ms: number): Promise<void> {
    this.now += ms;
    await this.alerter.tick();
  }

  /** Stops everything and keeps the files. */
  async leave(): Promise<void> {
    await this.alerter.stop();
    await this.#outbox.close();
    await this.store.close();
  }

  async close(): Promise<void> {
    await this.leave();
    await rm(this.folder, { recursive: true });
  }
}

/** The alerter's routes on a server that is only injected into. */
export function serverOf(alerter: Alerter): FastifyInstance {
  const http = Fastify();
  http.setValidatorCompiler(validateRequest);
  http.setSerializerCompiler(serializerCompiler);
  installProblems(http);
  readRequestsAsMeant(http);
  http.register(alerter.plugin, { prefix: '/v1' });
  return http;
}
