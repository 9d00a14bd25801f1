import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

const DECISIONS = 'docs/decisions';
const pages = globSync(['*.md', 'docs/**/*.md', 'deploy/**/*.md', '.github/**/*.md']);
const read = (file: string) => readFileSync(file, 'utf8');

/** Headings become anchors as GitHub makes them: lower case, punctuation left out, blanks to hyphens. */
const anchorsOf = (file: string): string[] =>
  [...withoutCode(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

test('every link between the documents leads somewhere', () => {
  for (const file of pages) {
    for (const [, link = ''] of withoutCode(read(file)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? file : join(dirname(file), path);
      assert.ok(existsSync(target), `${file}: ${link}`);
      if (anchor !== undefined && target.endsWith('.md'))
        assert.ok(anchorsOf(target).includes(decodeURIComponent(anchor)), `${file}: ${link}`);
    }
  }
});

test('every decision states its context, consequences and rejected alternatives, and stands in the index', () => {
  const index = read(join(DECISIONS, 'README.md'));
  const decisions = globSync(`${DECISIONS}/[0-9]*.md`).sort();
  const numbers = decisions.map((file) => file.slice(DECISIONS.length + 1, DECISIONS.length + 5));
  assert.equal(new Set(numbers).size, numbers.length, 'a number is given once');
  for (const [at, file] of decisions.entries()) {
    const text = read(file);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, ['Context', 'Decision', 'Consequences', 'Rejected alternatives'], file);
    const title = new RegExp(`^# ${Number(numbers[at])}\\. (.+)$`, 'm').exec(text)?.[1];
    assert.ok(title, `${file} begins with its number`);
    const name = file.slice(DECISIONS.length + 1);
    assert.ok(index.includes(`- [${numbers[at]}](${name}) ${title}`), `${name} is missing in the index`);
  }
});
