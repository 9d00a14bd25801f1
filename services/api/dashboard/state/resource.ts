import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';

export interface ResourceState<Value> {
  /** The last answer, which stays visible under a problem. */
  readonly answer: { readonly value: Value } | undefined;
  readonly problem: unknown;
  /** The value shown answers an earlier question: it may stay, dimmed, until the answer comes, but not beside a problem. */
  readonly isSuperseded: boolean;
}

/** Something that the page loads from the server, and loads again. Of several loads only the one begun last counts. */
export class Resource<Value> {
  readonly #load: () => Promise<Value>;
  readonly #state = signal<ResourceState<Value>>({
    answer: undefined,
    problem: undefined,
    isSuperseded: false,
  });
  #turn = 0;
  #loading = 0;

  constructor(load: () => Promise<Value>) {
    this.#load = load;
  }

  get state(): ReadonlySignal<ResourceState<Value>> {
    return this.#state;
  }

  readonly value: ReadonlySignal<Value | undefined> = computed(() => this.#state.value.answer?.value);

  get isLoading(): boolean {
    return this.#loading > 0;
  }

  /** An answer that came another way than by a load. */
  put(value: Value): void {
    this.#state.value = { answer: { value }, problem: undefined, isSuperseded: false };
  }

  supersede(): void {
    this.#state.value = { ...this.#state.value, isSuperseded: true };
  }

  forget(): void {
    this.#state.value = { answer: undefined, problem: undefined, isSuperseded: false };
  }

  /** Loads; a failure is shown by the state and is no failure of the call. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    this.#loading += 1;
    try {
      const value = await this.#load();
      if (mine === this.#turn) this.put(value);
    } catch (problem) {
      if (mine === this.#turn) this.#fail(problem);
    } finally {
      this.#loading -= 1;
    }
  }

  #fail(problem: unknown): void {
    const { answer, isSuperseded } = this.#state.value;
    batch(() => {
      this.#state.value = { answer: isSuperseded ? undefined : answer, problem, isSuperseded: false };
    });
  }
}
