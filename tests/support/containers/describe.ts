import { readFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { type Engine, startEngine } from './engine.ts';
import { buildNhip, makeStandIns } from './stand-ins.ts';

/** An engine that has the image of the product and the stand-ins of the others. */
export interface Containers extends Engine {
  /** Of the product. */
  readonly image: string;
}

/** One engine for all files of a run. */
let prepared: Promise<Containers | { readonly skip: string }> | undefined;

/** Registers tests that share one engine; where none can run, one test that is skipped with the reason. */
export async function describeWithContainers(
  name: string,
  tests: (containers: Containers) => void,
): Promise<void> {
  // Before any test and its time limit: on a bare machine the images take longer than the tests.
  prepared ??= prepare();
  const containers = await prepared;
  if ('skip' in containers) test(name, containers, () => {});
  else describe(name, () => tests(containers));
}

async function prepare(): Promise<Containers | { readonly skip: string }> {
  const start = await startEngine();
  if (start.kind === 'unavailable') return { skip: start.reason };
  const { engine } = start;
  // Of the whole run, after the last file.
  after(() => engine.stop());
  try {
    await makeStandIns(engine);
    return { ...engine, image: await buildNhip(engine) };
  } catch (error) {
    await engine.stop();
    throw error;
  }
}

/** The state of a container as the engine knows it: exit code, restarts, limits. */
export const inspect = ({ client }: Engine, name: string) =>
  client.container.inspect(client.container.getById(name));

/** What the kernel says of a process of a container: whose it is and what it may do. */
export function rightsOfProcess(pid: number): {
  readonly uid: number;
  readonly capabilities: bigint;
  readonly newPrivileges: boolean;
} {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
  // What it could get counts as much as what it has.
  const capabilities = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) =>
    BigInt(`0x${field(name)}`),
  );
  return {
    uid: Number(field('Uid')),
    capabilities: capabilities.reduce((all, one) => all | one, 0n),
    newPrivileges: field('NoNewPrivs') !== '1',
  };
}
