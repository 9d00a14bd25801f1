import { signal } from '@preact/signals';
import {
  type Alert,
  type Breakdown,
  bodyOf,
  type Client,
  type DeadLetters,
  type Dimension,
  type Dossiers,
  type Objective,
  type Series,
  type WorkState,
} from '../client/api.ts';
import { Problem } from '../client/problem.ts';
import type { Access } from './access.ts';
import type { Figures } from './figures.ts';
import { cursorOf, FIRST, type Paging } from './paging.ts';
import { dimensionOf, type Question } from './question.ts';
import { Resource } from './resource.ts';
import { withTail } from './series.ts';
import { type Sorting, WORST_FIRST } from './sorting.ts';

export const WORK_STATES = ['overdue', 'due-soon', 'paused'] as const satisfies readonly WorkState[];
const WORK_PAGE = 10;
const LETTERS = 5;

/** Of a series that is held only the end is fetched again. */
interface HeldSeries {
  readonly question: string;
  readonly series: Series;
}

/** What sections below the cards show, each loaded while it is shown. */
export class Details {
  readonly #client: Client;
  readonly #access: Access;
  readonly #figures: Figures;
  readonly #question: () => Question;
  readonly #selected: () => Objective | undefined;
  #held: HeldSeries | undefined;

  readonly sorting = signal<Sorting>(WORST_FIRST);
  readonly workState = signal<(typeof WORK_STATES)[number]>('overdue');
  readonly workPaging = signal<Paging>(FIRST);

  readonly series = new Resource<Series | undefined>(() => this.#loadSeries());
  readonly breakdown = new Resource<Breakdown | undefined>(() => this.#loadBreakdown());
  readonly work = new Resource<Dossiers>(() => this.#loadWork());
  readonly letters = new Resource<DeadLetters | undefined>(() => this.#loadLetters());
  readonly alerts = new Resource<readonly Alert[]>(async () => {
    const { alerts } = await bodyOf(this.#client.GET('/v1/alerts'));
    return alerts;
  });

  constructor(
    client: Client,
    access: Access,
    figures: Figures,
    question: () => Question,
    selected: () => Objective | undefined,
  ) {
    this.#client = client;
    this.#access = access;
    this.#figures = figures;
    this.#question = question;
    this.#selected = selected;
  }

  async #loadSeries(): Promise<Series | undefined> {
    const id = this.#selected()?.id;
    if (id === undefined) return undefined;
    const { minPosition, ...asked } = this.#figures.query();
    const load = (since?: string) =>
      bodyOf(
        this.#client.GET('/v1/objectives/{id}/series', {
          params: { path: { id }, query: { ...asked, minPosition, ...(since && { since }) } },
        }),
      );
    const question = JSON.stringify([id, asked]);
    const held = this.#held?.question === question ? this.#held : undefined;
    const since = held?.series.points.at(-1)?.to;
    const brought = held && since && withTail(held.series, await load(since), since);
    const series = brought || (await load());
    this.#held = { question, series };
    return series;
  }

  async #loadBreakdown(): Promise<Breakdown | undefined> {
    const objective = this.#selected();
    const dimension = dimensionOf(objective, this.#question());
    if (!objective || dimension === undefined) return undefined;
    const { id } = objective;
    // The server lists its dimensions; those of the types are the ones that it had when this page was built.
    const query = { ...this.#figures.query(), by: dimension as Dimension };
    return bodyOf(this.#client.GET('/v1/objectives/{id}/breakdown', { params: { path: { id }, query } }));
  }

  #loadWork(): Promise<Dossiers> {
    const { unit, asOf } = this.#question();
    const cursor = cursorOf(this.workPaging.value);
    const query = {
      state: this.workState.value,
      limit: WORK_PAGE,
      minPosition: this.#figures.query().minPosition,
      ...(unit !== '' && { unit }),
      ...(asOf !== '' && { asOf }),
      ...(cursor !== undefined && { cursor }),
    };
    return bodyOf(this.#client.GET('/v1/dossiers', { params: { query } }));
  }

  /** A key that may not see dead letters still sees how many there are. */
  async #loadLetters(): Promise<DeadLetters | undefined> {
    if (!(await this.#access.mayOnceKnown('listDeadLetters'))) return undefined;
    try {
      const query = { state: 'open', limit: LETTERS } as const;
      return await bodyOf(this.#client.GET('/v1/dead-letters', { params: { query } }));
    } catch (error) {
      if (error instanceof Problem && (error.status === 403 || error.status === 404)) return undefined;
      throw error;
    }
  }
}
