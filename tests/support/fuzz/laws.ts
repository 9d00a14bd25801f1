import assert from 'node:assert/strict';
import { OWN_SOURCE } from '../../../shared/contracts/stored-event.ts';
import { deadLettersIn, eventsIn } from '../kept-in.ts';
import { nhip } from '../process.ts';
import type { RunningServer } from '../standalone.ts';

/** What the answers of a door have promised so far. */
export class Promises {
  accepted = 0;
  readonly letters = new Set<string>();

  /**
   * Reads one answer. @throws AssertionError when it is none that a sender could act on: an error of the server, a refusal
   * without its reason, or a message of which nothing is said
   */
  read(status: number, body: string, message: Buffer): 'taken' | 'refused' {
    const shown = `${status} ${body.slice(0, 500)} for ${JSON.stringify(message.toString().slice(0, 2_000))}`;
    if (status === 200) {
      const { accepted, duplicates, rejected } = JSON.parse(body);
      const stated = statedIn(message);
      if (stated !== undefined) assert.equal(accepted + duplicates + rejected.length, stated, shown);
      this.accepted += accepted;
      for (const { code, deadLetter, detail } of rejected) {
        assert.ok(code && detail && deadLetter, shown);
        this.letters.add(deadLetter);
      }
      return accepted > 0 ? 'taken' : 'refused';
    }
    assert.ok([400, 413, 415].includes(status), shown);
    const { type, code, detail, deadLetter } = JSON.parse(body);
    assert.ok(type && code && detail, shown);
    if (deadLetter !== undefined) this.letters.add(deadLetter);
    // What cannot be read may never come again.
    else assert.notEqual(code, 'unparseable', shown);
    return 'refused';
  }
}

/** How many CloudEvents a JSON text states; undefined when another dialect has to say it. */
function statedIn(message: Buffer): number | undefined {
  let value: unknown;
  try {
    value = JSON.parse(message.toString());
  } catch {
    return undefined;
  }
  const events = Array.isArray(value) ? value : [value];
  return events.every((one) => one?.specversion !== undefined) ? events.length : undefined;
}

/** The server stops when it is asked to, and its log has no errors. */
export async function stopWell(server: RunningServer): Promise<void> {
  assert.equal(await server.stop(), 0, server.log.slice(-5).join('\n'));
  const faults = server.log.filter((line) => /"level":(50|60)/.test(line));
  assert.deepEqual(faults, [], 'errors in the log');
}

/**
 * The server has kept every promise: the store has each accepted event once and no other, the dead letters are those that the
 * answers named, every event could be folded, and the figures are those that `verify` computes anew.
 */
export async function assertKept(server: RunningServer, promises: Promises): Promise<void> {
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200, 'the server has survived');
  await stopWell(server);

  const events = await Array.fromAsync(eventsIn(server.dataDir));
  const stored = events.filter(({ metadata }) => metadata.source !== OWN_SOURCE).length;
  assert.equal(stored, promises.accepted, 'events stored, and accepted');

  const kept = new Set(await Array.fromAsync(deadLettersIn(server.dataDir), ({ id }) => id));
  assert.deepEqual(
    [...promises.letters].filter((id) => !kept.has(id)),
    [],
    'letters named, and not kept',
  );
  assert.deepEqual(
    [...kept].filter((id) => !promises.letters.has(id)),
    [],
    'letters kept, and not named',
  );

  const { code, stdout, stderr } = await nhip(['verify'], { DATA_DIR: server.dataDir });
  assert.equal(code, 0, stdout + stderr);
}
