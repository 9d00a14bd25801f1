import { setTimeout as pause } from 'node:timers/promises';
import type { DemoEvent } from '../../services/standalone/demo/province.ts';
import type { RunningServer } from '../support/standalone.ts';
import { take } from './input.ts';
import { post } from './process.ts';

const EVENTS_A_SECOND = 1_000;
const EVENTS_A_POST = 10;

/** A feed that goes on at 1,000 events/s, ten a request, until stopped. */
export interface LiveFeed {
  /** When each request was answered, and the position that shows its events. */
  readonly accepted: readonly { readonly at: number; readonly position: number }[];
  /** @returns events/s that it came to */
  stop(): Promise<number>;
}

/** Sends at fixed times, whether or not earlier requests are answered: a slow server is not spared. */
export function playLive(server: RunningServer, events: Iterator<DemoEvent>): LiveFeed {
  const accepted: { at: number; position: number }[] = [];
  const underway = new Set<Promise<void>>();
  const started = performance.now();
  let sent = 0;
  let stopped = false;
  const send = async (batch: readonly DemoEvent[]) => {
    const position = await post(server, batch);
    accepted.push({ at: performance.now(), position });
  };
  const play = async () => {
    while (!stopped) {
      const due = ((performance.now() - started) / 1_000) * EVENTS_A_SECOND;
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
