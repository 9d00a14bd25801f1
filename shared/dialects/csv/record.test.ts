import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvRecord } from './record.ts';

const cellsOf = (text: string, delimiter = ',') => {
  const record = csvRecord(text, delimiter);
  return record.kind === 'cells' ? record.cells : record.kind;
};

test('a text that Excel was given as a formula is a cell, wherever it stands', () => {
  assert.deepEqual(cellsOf('="000123",b'), ['000123', 'b']);
  assert.deepEqual(cellsOf('a;="0;1";"x;=""y"";z"', ';'), ['a', '0;1', 'x;="y";z']);
  assert.deepEqual(cellsOf('a|=""', '|'), ['a', '']);
});

test('misplaced quotes are no record', () => {
  for (const text of ['a,Per"son', '="1"2,b', 'a,="1', '==“,"a"b'])
    assert.equal(cellsOf(text), 'invalid', text);
});

test('any cells, quoted or as a formula, are read as they were written', () => {
  const content = fc.stringMatching(/^[a=",; \n0đ]{0,6}$/);
  const cells = fc.array(fc.tuple(content, fc.boolean()), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(cells, fc.constantFrom(',', ';', '|', '\t', '^', '\\'), (written, delimiter) => {
      const text = written
        .map(([cell, formula]) => `${formula ? '=' : ''}"${cell.replaceAll('"', '""')}"`)
        .join(delimiter);
      assert.deepEqual(
        cellsOf(text, delimiter),
        written.map(([cell]) => cell),
      );
    }),
  );
});
