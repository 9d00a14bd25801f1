import { setTimeout as pause } from 'node:timers/promises';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import type { RunningProcess } from '../support/process.ts';
import { take } from './input.ts';
import { post } from './process.ts';

const EVENTS_A_POST = 10;

/** A request that was answered: when it was sent, when answered, and the position that shows its events. */
export interface Accepted {
  readonly sentAt: number;
  readonly at: number;
  readonly position: number;
}

export interface LiveOptions {
  readonly eventsASecond?: number;
  /** Called with each answer. */
  readonly onAccepted?: (accepted: Accepted) => Promise<void>;
}

/** A feed that goes on, 1,000 events/s unless told, ten a request, until stopped. */
export interface LiveFeed {
  readonly accepted: readonly Accepted[];
  /** @returns events/s that it came to */
  stop(): Promise<number>;
}

/** Sends at fixed times, whether or not earlier requests are answered: a slow server is not spared. */
export function playLive(
  server: RunningProcess,
  events: Iterator<DemoEvent>,
  { eventsASecond = 1_000, onAccepted }: LiveOptions = {},
): LiveFeed {
  const accepted: Accepted[] = [];
  const underway = new Set<Promise<void>>();
  const started = performance.now();
  let sent = 0;
  let stopped = false;
  const send = async (batch: readonly DemoEvent[]) => {
    const sentAt = performance.now();
    const position = await post(server, batch);
    const one = { sentAt, at: performance.now(), position };
    accepted.push(one);
    await onAccepted?.(one);
  };
  const play = async () => {
    while (!stopped) {
      const due = ((performance.now() - started) / 1_000) * eventsASecond;
      for (; sent < due; sent += EVENTS_A_POST) {
        const request = send(take(events, EVENTS_A_POST));
        underway.add(request);
        request.finally(() => underway.delete(request)).catch(() => {});
      }
      await pause(5);
    }
    await Promise.all(underway);
  };
  const playing = play();
  // Told by stop(); until then it is nobody's.
  playing.catch(() => {});
  return {
    accepted,
    async stop() {
      stopped = true;
      const seconds = (performance.now() - started) / 1_000;
      await playing;
      return sent / seconds;
    },
  };
}
