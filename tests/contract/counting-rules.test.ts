import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const page = readFileSync('docs/counting-rules.md', 'utf8');
/** A rule may run over several lines; the ones after the first are indented. */
const rules = page.split(/\n(?=- )/).filter((part) => part.startsWith('- '));

for (const rule of rules) {
  test(`the rule "${rule.slice(2, 82).split('\n')[0]}" names a test that is there`, () => {
    const links = [...rule.matchAll(/\[([^\]]+)\]\(\.\.\/([^)]+\.test\.ts|[^)]+-suite\.ts)\)/g)];
    assert.ok(links.length > 0, 'a rule ends with [the name of a test](../path/to/its.test.ts)');
    for (const [, name = '', path = ''] of links) {
      const file = join(import.meta.dirname, '../..', path);
      assert.ok(existsSync(file), `${path} is missing`);
      // Names stand in single quotes, where a quote mark is escaped.
      const source = readFileSync(file, 'utf8').replaceAll("\\'", "'");
      assert.ok(source.includes(name), `${path} has no test named ${name}`);
    }
  });
}
