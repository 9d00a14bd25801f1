import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { it, type TestContext } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { describeWithOwnPostgres } from '../../../tests/support/postgres/describe.ts';
import { createDatabase } from '../../../tests/support/postgres/server.ts';
import { createLog } from '../../platform/log.ts';
import { holdLease, type Lease, type LeaseOptions } from './lease.ts';

const HOLDER = new URL('./testing/lease-holder.ts', import.meta.url).pathname;
const TTL_MS = 5_000;

await describeWithOwnPostgres('a lease', (postgres) => {
  /** Wants the role until the test ends. */
  function candidate(t: TestContext, url: string, holder: string, options: Partial<LeaseOptions> = {}) {
    const reported: string[] = [];
    const lease: Lease = holdLease({
      pool: postgres.poolOn(url, 1),
      role: 'test',
      holder,
      ttlMs: TTL_MS,
      clock: Date.now,
      log: createLog('silent'),
      onLeading: () => reported.push('leading'),
      onLost: () => reported.push('lost'),
      ...options,
    });
    lease.start();
    t.after(() => lease.stop());
    return { lease, reported };
  }
  /** The same in a process of its own. */
  function process(t: TestContext, url: string, holder: string, ttlMs = TTL_MS) {
    const child: ChildProcess = spawn(globalThis.process.execPath, [HOLDER, url, holder, `${ttlMs}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines: string[] = [];
    if (child.stdout) createInterface(child.stdout).on('line', (line) => lines.push(line));
    t.after(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    return { child, lines };
  }
  const elapsed = async (work: Promise<unknown>) => {
    const from = performance.now();
    await work;
    return performance.now() - from;
  };

  it('does not wait for the end of a lease that was taken before the clock of the server was set back', async (t) => {
    const url = await createDatabase(postgres.server);
    await postgres
      .poolOn(url, 1)
      .query(`INSERT INTO nhip.lease VALUES ('test', 'of 2028', now() + interval '400 days')`);
    const { lease } = candidate(t, url, 'present');
    await lease.untilLeading(AbortSignal.timeout(10_000));
    assert.ok(lease.leads());
  });

  it('is held by one of two, in a role; the other follows within a second and a half of an orderly stop', async (t) => {
    const url = await createDatabase(postgres.server);
    const { lease: first, reported } = candidate(t, url, 'first');
    await first.untilLeading(AbortSignal.timeout(5_000));
    const { lease: second } = candidate(t, url, 'second');
    const { lease: elsewhere } = candidate(t, url, 'second', { role: 'other' });
    await elsewhere.untilLeading(AbortSignal.timeout(5_000));
    assert.ok((first.since() ?? 0) > 0);
    assert.deepEqual([first.leads(), second.leads(), second.since()], [true, false, undefined]);
    assert.deepEqual([first.term().aborted, second.term().aborted], [false, true]);
    const term = first.term();
    await first.stop();
    const ms = await elapsed(second.untilLeading(AbortSignal.timeout(10_000)));
    assert.ok(second.leads() && ms < 1_500, `after ${ms} ms`);
    assert.deepEqual([first.leads(), term.aborted, reported], [false, true, ['leading']]);
  });

  it('never has two holders at once, through any starts and stops', async (t) => {
    const url = await createDatabase(postgres.server);
    const log: string[] = [];
    const all = ['a', 'b', 'c'].map((holder) =>
      candidate(t, url, holder, {
        ttlMs: 500,
        onLeading: () => log.push(`+${holder}`),
        onLost: () => log.push(`-${holder}`),
      }),
    );
    for (let turn = 0; turn < 3; turn += 1) {
      const leader = await eventually(() => all.find(({ lease }) => lease.leads()));
      assert.equal(all.filter(({ lease }) => lease.leads()).length, 1);
      await leader.lease.stop();
    }
    assert.equal(log.length, 3);
    assert.equal(new Set(log).size, 3);
  });

  it('moves to another process after a kill of the leader, within its time to live and a second', async (t) => {
    const url = await createDatabase(postgres.server);
    const leader = process(t, url, 'leader');
    await eventually(() => leader.lines.includes('leading'));
    const { lease } = candidate(t, url, 'standby');
    leader.child.kill('SIGKILL');
    const ms = await elapsed(lease.untilLeading(AbortSignal.timeout(15_000)));
    assert.ok(lease.leads() && ms > TTL_MS / 2 && ms <= TTL_MS + 1_000, `after ${ms} ms`);
  });

  it('is over for a leader that was paused beyond its time to live, from its first step on', async (t) => {
    const url = await createDatabase(postgres.server);
    const leader = process(t, url, 'leader', 1_000);
    await eventually(() => leader.lines.includes('leading'));
    const { lease } = candidate(t, url, 'standby', { ttlMs: 1_000 });
    leader.child.kill('SIGSTOP');
    await lease.untilLeading(AbortSignal.timeout(5_000));
    // It must have been stopped for longer than its time to live by its own measure, too.
    const from = performance.now();
    await eventually(() => performance.now() - from > 500);
    leader.child.kill('SIGCONT');
    await eventually(() => leader.lines.length >= 3);
    assert.deepEqual(leader.lines.toSorted(), ['after a pause: false', 'leading', 'lost']);
    assert.ok(lease.leads());
  });

  it('ends by the holder’s own clock before the server gives it to another', async (t) => {
    const url = await createDatabase(postgres.server);
    let ahead = 0;
    const { lease, reported } = candidate(t, url, 'leader', { monotonic: () => performance.now() + ahead });
    await lease.untilLeading(AbortSignal.timeout(5_000));
    const term = lease.term();
    ahead = TTL_MS - TTL_MS / 5;
    assert.deepEqual([lease.leads(), lease.since(), lease.term().aborted], [false, undefined, true]);
    // The next renewal finds that no other process has it: both callbacks run, and the old term stays over.
    await lease.untilLeading(AbortSignal.timeout(5_000));
    assert.deepEqual(
      [reported, term.aborted, lease.term().aborted],
      [['leading', 'lost', 'leading'], true, false],
    );
  });

  it('is lost while the database is away, and held again once it is back', async (t) => {
    const url = await createDatabase(postgres.server);
    const { lease, reported } = candidate(t, url, 'leader', { ttlMs: 1_000 });
    await lease.untilLeading(AbortSignal.timeout(5_000));
    const { lease: standby } = candidate(t, url, 'standby', { ttlMs: 1_000 });
    await postgres.server.kill();
    const ms = await elapsed(once(lease.term(), 'abort'));
    assert.ok(ms <= 1_000, `after ${ms} ms`);
    assert.deepEqual([lease.leads(), standby.leads()], [false, false]);
    await postgres.server.restart();
    await eventually(() => lease.leads() || standby.leads());
    assert.notEqual(lease.leads(), standby.leads());
    assert.deepEqual(reported.slice(0, 2), ['leading', 'lost']);
  });

  it('stops waiting when the signal aborts', async (t) => {
    const url = await createDatabase(postgres.server);
    const { lease: leader } = candidate(t, url, 'leader');
    await leader.untilLeading(AbortSignal.timeout(5_000));
    const { lease } = candidate(t, url, 'standby');
    const stopping = new AbortController();
    const waiting = lease.untilLeading(stopping.signal);
    stopping.abort();
    await waiting;
    assert.equal(lease.leads(), false);
  });
});
