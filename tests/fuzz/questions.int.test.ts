import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Random } from '../../services/standalone/demo/random.ts';
import { stopWell } from '../support/fuzz/laws.ts';
import { EVENTS, numbered } from '../support/fuzz/messages.ts';
import { mutated } from '../support/fuzz/mutations.ts';
import { startLongRun } from '../support/long-run.ts';
import { startServer } from '../support/standalone.ts';

const TRIES = 600;

interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'path' | 'header';
  readonly schema: { readonly enum?: readonly string[]; readonly example?: unknown };
}
interface Operation {
  readonly path: string;
  readonly method: string;
  readonly parameters: readonly Parameter[];
  /** A body that could be sent. */
  readonly body: string | undefined;
}

/** Every operation of the API but those that receive events, and the stream, which never ends. */
function operations(): readonly [Operation, ...Operation[]] {
  const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8'));
  const found = Object.entries<Record<string, object>>(paths).flatMap(([path, methods]) =>
    /^\/v1\/(events|feeds|stream|rebuild)/.test(path)
      ? []
      : Object.entries(methods).map(([method, operation]): Operation => {
          const { parameters = [], requestBody } = operation as {
            parameters?: readonly Parameter[];
            requestBody?: {
              content: Record<string, { schema?: { examples?: readonly unknown[] }; example?: unknown }>;
            };
          };
          const media = requestBody?.content['application/json'];
          const example = media?.example ?? media?.schema?.examples?.[0];
          return { path, method, parameters, body: requestBody && JSON.stringify(example ?? {}) };
        }),
  );
  const [first, ...others] = found;
  assert.ok(first);
  return [first, ...others];
}

/** Values of every parameter, good ones and others. */
const VALUES: readonly [string, ...string[]] = [
  'dossier-on-time',
  'internal-e-exchange',
  'H19.12-261116-1',
  'H19.12,2026-11-20,1/VP-HC',
  'H19.12',
  'late',
  'unit',
  'year',
  'month',
  '2026-11-20',
  '2026-11-20T08:00:00+07:00',
  '2026-02-30',
  '0',
  '1',
  '99999999999999999999',
  '-1',
  '',
  ' ',
  '%',
  '\u0000',
  'ệ',
  '../../etc/passwd',
  "' OR 1=1 --",
  'x'.repeat(600),
  'eyJ4IjoxfQ',
];

function valueFor({ schema }: Parameter, random: Random): string {
  const known = schema?.enum;
  if (known !== undefined && random.chance(0.7)) return String(known[random.whole(0, known.length - 1)]);
  const value = random.pick(VALUES);
  return random.chance(0.8)
    ? value
    : mutated(Buffer.from(value || '0'), Buffer.from('2026'), random).toString();
}

/** The operation with parameters and a body that may be good. */
function questionOf({ path, method, parameters, body }: Operation, random: Random) {
  const query = new URLSearchParams();
  let url = path;
  for (const parameter of parameters) {
    const value = valueFor(parameter, random);
    if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(value) || 'x');
    // To wait for a position that may never come takes seconds.
    else if (parameter.in === 'query' && parameter.name !== 'minPosition' && random.chance(0.4))
      query.append(parameter.name, value);
  }
  if (random.chance(0.05)) query.append(random.pick(VALUES), random.pick(VALUES));
  const sent = body === undefined ? undefined : mutated(Buffer.from(body), Buffer.from(body), random);
  return { method, sent, address: `${url}${query.size > 0 ? `?${query}` : ''}` };
}

test('whatever is asked, the server answers, refuses with a reason, and goes on', async (t) => {
  const server = await startServer();
  t.after(() => server.kill());
  const batch = numbered(Buffer.from(JSON.stringify(EVENTS)), 1);
  const headers = { 'content-type': 'application/json' };
  await fetch(`${server.url}/v1/events`, { method: 'POST', headers, body: new Uint8Array(batch) });
  const all = operations();
  const statuses = new Map<number, number>();
  const run = startLongRun(t, TRIES);
  const { random } = run;
  while (run.goesOn()) {
    const { method, address, sent } = questionOf(random.pick(all), random);
    const answer = await fetch(`${server.url}${address}`, {
      method: method.toUpperCase(),
      ...(sent !== undefined && { headers, body: new Uint8Array(sent) }),
    });
    const text = await answer.text();
    const shown = `${method} ${address} ${sent ?? ''}: ${answer.status} ${text.slice(0, 500)}`;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    assert.ok(answer.status < 500, shown);
    if (answer.status >= 400) assert.match(JSON.parse(text).detail, /./, shown);
  }
  await stopWell(server);
  t.diagnostic(
    `${run.tries} questions: ${[...statuses]
      .sort()
      .map(([status, count]) => `${count} × ${status}`)
      .join(', ')}`,
  );
});
