import { batch, computed, signal } from '@preact/signals';
import { bodyOf, type Client, type Objective } from '../client/api.ts';
import { isOfKey, Problem } from '../client/problem.ts';
import type { Connection } from './connection.ts';
import { figureQuery, isUsual, type Question } from './question.ts';
import { Resource } from './resource.ts';

/** Fields that move with every commit, and are no news of the figure itself. */
const VOLATILE = new Set(['position', 'asOf', 'freshness']);

const lasting = (objective: Objective | undefined): string =>
  JSON.stringify(objective, (name, value) => (VOLATILE.has(name) ? undefined : value)) ?? '';

const isAway = (problem: unknown): boolean => problem instanceof Problem && problem.status === 0;

/** The figures of all objectives, as loaded and as the stream sends them. */
export class Figures {
  readonly #client: Client;
  readonly #connection: Connection;
  readonly #question: () => Question;
  /** The newest store position of an event of the stream: what is asked for next must not be older than that. */
  #newest = '0';
  readonly resource = new Resource<readonly Objective[]>(() => this.#load());
  readonly all = computed<readonly Objective[]>(() => this.resource.value.value ?? []);
  readonly position = signal('');
  /** The moment of the figures, by the clock of the server. */
  readonly serverNow = signal(Date.now());
  /** Counts the answers, for one beat each. */
  readonly beats = signal(0);
  /** Whether the resource shows its problem elsewhere: of a server that is away the banner reports. */
  readonly isReportedElsewhere = isAway;

  constructor(client: Client, connection: Connection, question: () => Question) {
    this.#client = client;
    this.#connection = connection;
    this.#question = question;
  }

  /** The query of every question about figures. */
  query() {
    return { ...figureQuery(this.#question()), minPosition: this.#newest };
  }

  /** The query of every question that only the moment decides. */
  moment() {
    const { asOf } = this.#question();
    return { minPosition: this.#newest, ...(asOf !== '' && { asOf }) };
  }

  /** Another part of the page reports a problem that all have: it is shown once, with the figures. */
  isShared(problem: unknown): boolean {
    const mine = this.resource.state.value.problem;
    return problem instanceof Problem && mine instanceof Problem && problem.status === mine.status;
  }

  /**
   * The stream has sent a figure. It is shown as it is where it answers the question of the page.
   * @returns whether it has moved the shown figure or must be asked for
   */
  heard(objective: Objective, position: string): 'nothing' | 'shown' | 'ask' {
    this.#newest = position || this.#newest;
    const { all, resource } = this;
    const question = this.#question();
    const known = all.value.find(({ id }) => id === objective.id);
    const { isSuperseded } = resource.state.value;
    const isAnswer = isUsual(question) && objective.basis === question.basis;
    if (!isAnswer || !known || isSuperseded || resource.isLoading) return 'ask';
    batch(() => {
      resource.put(all.value.map((one) => (one === known ? objective : one)));
      this.#seen(objective);
    });
    return lasting(known) === lasting(objective) ? 'nothing' : 'shown';
  }

  /** This page has written: what it asks for next must show that. */
  wrote(position: string): void {
    this.#newest = position;
  }

  /** An objective is closed: its figure leaves the page, unless that shows a moment of the past. */
  closed(id: string, position: string): void {
    this.#newest = position || this.#newest;
    if (this.#question().asOf !== '') return;
    this.resource.put(this.all.value.filter((one) => one.id !== id));
  }

  async #load(): Promise<readonly Objective[]> {
    try {
      const query = this.query();
      const answer = await bodyOf(this.#client.GET('/v1/objectives', { params: { query } }));
      this.#seen(answer);
      return answer.objectives;
    } catch (problem) {
      this.#connection.isAway.value = isAway(problem);
      this.#connection.isRefused.value = isOfKey(problem);
      throw problem;
    }
  }

  #seen({ asOf, position }: { readonly asOf: string; readonly position: string }): void {
    batch(() => {
      this.serverNow.value = Date.parse(asOf);
      this.position.value = position;
      this.beats.value += 1;
      this.#connection.heard();
    });
  }
}
