import { after, before, describe, test } from 'node:test';
import { assertKept, Promises } from '../support/fuzz/laws.ts';
import { DOORS, numbered } from '../support/fuzz/messages.ts';
import { mutated } from '../support/fuzz/mutations.ts';
import { startLongRun } from '../support/long-run.ts';
import { type RunningServer, startServer } from '../support/standalone.ts';

const TRIES = 400;
/** Changed messages that were taken, which are changed further: so many of the last. */
const CORPUS = 200;

describe('real messages, changed at random, through every door of one server', () => {
  let server: RunningServer;
  const promises = new Promises();
  before(async () => {
    server = await startServer();
  });
  after(() => server.kill());

  for (const { name, path, contentTypes, messages } of DOORS) {
    test(`${name}: each gets an answer that a sender can act on`, async (t) => {
      const run = startLongRun(t, TRIES);
      const { random } = run;
      const corpus = [...messages];
      let taken = 0;
      while (run.goesOn()) {
        const [message = messages[0], other = messages[0]] = [0, 1].map(
          () => corpus[random.whole(0, corpus.length - 1)],
        );
        const changed = random.chance(0.05) ? message : mutated(message, other, random);
        const body = numbered(changed, run.tries);
        const answer = await fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { 'content-type': random.pick(contentTypes) },
          body: new Uint8Array(body),
        });
        if (promises.read(answer.status, await answer.text(), body) === 'taken') {
          taken += 1;
          corpus.push(changed);
          if (corpus.length > messages.length + CORPUS) corpus.splice(messages.length, 1);
        }
      }
      t.diagnostic(`${run.tries} messages, ${taken} of them taken`);
    });
  }

  test('all that was answered is kept: nothing is lost, stored twice, or impossible to fold', async () => {
    await assertKept(server, promises);
  });
});
