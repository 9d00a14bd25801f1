import { signal } from '@preact/signals';

const KEY = 'nhip.key';

/**
 * The key of this browser tab. When the server refuses a request for want of one, the user is asked once, however many
 * requests wait for the answer.
 */
export class KeyRing {
  /** The question that stands open; null while there is none. */
  readonly question = signal<{ readonly wasWrong: boolean } | null>(null);
  /** Counts the keys that were given here: what depends on the key follows it. */
  readonly given = signal(0);
  readonly #storage: Storage;
  #answered: (key: string | null) => void = () => {};
  #asking: Promise<boolean> | undefined;
  /** The user closed the dialog without a key: it does not come back by itself. */
  #isDeclined = false;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get key(): string | null {
    return this.#storage.getItem(KEY);
  }

  /** The user wants to give a key after all. Resolves to whether one was given. */
  give(): Promise<boolean> {
    this.#isDeclined = false;
    return this.#askOnce(false);
  }

  /** Resolves to whether there is another key to try than the refused one. */
  another(refused: string | null): Promise<boolean> {
    if (this.key !== refused) return Promise.resolve(true);
    if (this.#isDeclined) return Promise.resolve(false);
    return this.#askOnce(refused !== null);
  }

  /** The user's answer to the question; null: none. */
  answer(key: string | null): void {
    this.question.value = null;
    this.#answered(key);
  }

  #askOnce(wasWrong: boolean): Promise<boolean> {
    this.#asking ??= this.#ask(wasWrong).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(wasWrong: boolean): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<string | null>();
    this.#answered = resolve;
    this.question.value = { wasWrong };
    const key = await promise;
    if (key) {
      this.#storage.setItem(KEY, key);
      this.given.value += 1;
    } else this.#isDeclined = true;
    return Boolean(key);
  }
}
