import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Ended } from '../support/overload.ts';
import { type Figure, percentile } from './figures.ts';

/** How the requests of `probe.ts` ended, in the order of the addresses. */
export async function probe(
  seconds: number,
  urls: readonly string[],
): Promise<readonly (readonly Ended[])[]> {
  const script = join(import.meta.dirname, 'probe.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, String(seconds), ...urls], {
    maxBuffer: 64 * 2 ** 20,
  });
  const byUrl: Readonly<Record<string, readonly Ended[]>> = JSON.parse(stdout);
  return urls.map((url) => byUrl[url] ?? []);
}

/** The 99th percentile of answers that a probe waited for. @param note what a reader must know besides */
export function waitFigure(what: string, ended: readonly Ended[], goal?: number, note?: string): Figure {
  const waits = ended.map(({ ms }) => ms);
  const refused = ended.filter(({ status }) => status !== 200).length;
  const own = `${ended.length} samples, ${refused} not answered with 200, most ${Math.round(Math.max(...waits))} ms`;
  return {
    what,
    value: percentile(waits, 0.99),
    unit: 'ms',
    ...(goal !== undefined && { goal }),
    note: note === undefined ? own : `${own}; ${note}`,
  };
}
