import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readEnvironment } from './environment.ts';

describe('the environment', () => {
  const file = (content: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), 'nhip-secret-')), 'secret');
    writeFileSync(path, content);
    return path;
  };

  it('reads a secret from the file that holds it, without its last line break', () => {
    for (const [content, wanted] of [
      ['postgres://a', 'postgres://a'],
      ['postgres://a\n', 'postgres://a'],
      ['two\n\n', 'two\n'],
    ] as const) {
      const reading = readEnvironment({ DATABASE_URL_FILE: file(content), PORT: '1' });
      assert.equal(reading.kind, 'environment');
      assert.equal(reading.env.DATABASE_URL, wanted);
      assert.equal(reading.env.PORT, '1');
    }
  });

  it('refuses a secret that is given twice, and a file that cannot be read', () => {
    const twice = readEnvironment({ DATABASE_URL: 'a', DATABASE_URL_FILE: file('b') });
    assert.deepEqual(twice.kind === 'invalid' && twice.faults.map(({ variable }) => variable), [
      'DATABASE_URL_FILE',
    ]);
    const gone = readEnvironment({ EVENTSTORE_URL_FILE: '/nowhere/secret' });
    assert.match(
      gone.kind === 'invalid' ? (gone.faults[0]?.expected ?? '') : '',
      /a readable file: .*ENOENT/,
    );
  });
});
