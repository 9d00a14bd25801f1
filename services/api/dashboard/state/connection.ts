import { batch, computed, signal } from '@preact/signals';

/** Without an answer for so long the figures count as old, and nothing is shown green. */
const OLD_MS = 90_000;

export type ConnectionState = 'live' | 'past' | 'connecting' | 'reconnecting' | 'stale' | 'refused';

/** The state of the page's line to the server. */
export class Connection {
  readonly #now = signal(Date.now());
  readonly #isUp = signal(false);
  /** Since when the stream is down; null while it is up, and before it was. */
  readonly downSince = signal<number | null>(null);
  readonly heardAt = signal(Date.now());
  /** The server answers, and refuses the figures to this key: the line is well, and nothing is old. */
  readonly isRefused = signal(false);
  /** The server could not be reached: the page shows its last knowledge. */
  readonly isAway = signal(false);
  readonly isCurrent = computed(
    () => !this.isAway.value && !this.isRefused.value && this.#now.value - this.heardAt.value < OLD_MS,
  );

  /** The first that holds: a past state is not live, however well the page is connected. */
  state(isPast: boolean): ConnectionState {
    if (this.isRefused.value) return 'refused';
    if (this.downSince.value !== null) return 'reconnecting';
    if (!this.isCurrent.value) return 'stale';
    if (isPast) return 'past';
    return this.#isUp.value ? 'live' : 'connecting';
  }

  heard(): void {
    batch(() => {
      this.heardAt.value = Date.now();
      this.#now.value = Date.now();
      this.isAway.value = false;
      this.isRefused.value = false;
    });
  }

  up(): void {
    batch(() => {
      this.#isUp.value = true;
      this.downSince.value = null;
    });
  }

  down(): void {
    batch(() => {
      this.#isUp.value = false;
      this.downSince.value ??= Date.now();
    });
  }

  /** Time has passed. */
  tick(): void {
    this.#now.value = Date.now();
  }
}
