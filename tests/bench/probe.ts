/**
 * Asks some addresses at fixed times, whether or not earlier requests are answered: `probe.ts SECONDS URL…`. A process of its own,
 * so that what it measures is the server's time and not that of a sender beside it. Writes one line of JSON: how the requests
 * ended, by address.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Ended } from '../support/overload.ts';

const EVERY_MS = 50;

const [seconds, ...urls] = process.argv.slice(2);
// The first question loads and compiles the client: that is no time of the server.
for (const url of urls) await ask(url);
const end = performance.now() + Number(seconds) * 1_000;
const ended = await Promise.all(urls.map(async (url) => [url, await probe(url)] as const));
process.stdout.write(JSON.stringify(Object.fromEntries(ended)));

async function probe(url: string): Promise<readonly Ended[]> {
  const asked: Promise<Ended>[] = [];
  while (performance.now() < end) {
    asked.push(ask(url));
    await pause(EVERY_MS);
  }
  return Promise.all(asked);
}

async function ask(url: string): Promise<Ended> {
  const began = performance.now();
  const since = () => performance.now() - began;
  try {
    const answer = await fetch(url);
    await answer.arrayBuffer();
    return { status: answer.status, ms: since() };
  } catch {
    return { status: undefined, ms: since() };
  }
}
