import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvRecord } from '../../../shared/dialects/csv/record.ts';
import {
  BEGINNING,
  type FileRecord,
  type Place,
  RECORD_LIMIT,
  type RecordForm,
  readRecords,
} from './records.ts';

const lines: RecordForm<string> = {
  quoted: false,
  tooLong: '<too long>',
  parse: (bytes) => (bytes.length === 0 ? undefined : { value: Buffer.from(bytes).toString() }),
};
/** Two cells a record. */
const table: RecordForm<string> = {
  quoted: true,
  tooLong: '<too long>',
  parse(bytes) {
    const record = csvRecord(Buffer.from(bytes).toString(), ',');
    if (record.kind === 'cells' && record.cells.length === 2) return { value: record.cells.join('|') };
    return bytes.length === 0 ? undefined : { value: '<bad>', malformed: true };
  },
};

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string | Buffer, form: RecordForm<string>, pieces = 7, from: Place = BEGINNING) {
  const bytes = Buffer.from(text).subarray(from.offset);
  const records: FileRecord<string>[] = [];
  for await (const record of readRecords(inPieces(bytes, pieces), from, form)) records.push(record);
  return records;
}
const values = async (text: string, form: RecordForm<string>, pieces?: number) =>
  (await read(text, form, pieces)).map(({ line, value }) => `${line} ${value}`);

test('lines end with LF or CRLF, the last one with or without; empty ones are counted and skipped', async () => {
  assert.deepEqual(await values('one\r\ntwo\n\n\nfive', lines), ['1 one', '2 two', '5 five']);
});

test('a line end inside quotes belongs to the record, and the next one keeps its number', async () => {
  assert.deepEqual(await values('a,"b\r\nc ""d"""\ne,f\n', table), ['1 a|b\nc "d"', '3 e|f']);
});

test('a quote that never closes costs its own line, not the rest of the file', async () => {
  assert.deepEqual(await values('a,b\nc,"d\ne,f\ng,h\n', table), ['1 a|b', '2 <bad>', '3 e|f', '4 g|h']);
});

test('two stray quotes cost their own lines, not those between them', async () => {
  assert.deepEqual(await values('a,5"\nb,c\nd,6"\ne,f\n', table), ['1 <bad>', '2 b|c', '3 <bad>', '4 e|f']);
});

test('a record beyond the limit is told and skipped, and what follows is read', async () => {
  const long = 'x'.repeat(RECORD_LIMIT + 1);
  assert.deepEqual(await values(`a\n${long}\nb\n`, lines, 65_536), ['1 a', '2 <too long>', '3 b']);
  assert.deepEqual(await values(`a,b\n${long}\nc,d\n`, table, 65_536), ['1 a|b', '2 <too long>', '3 c|d']);
});

test('reading on from the end of any record gives exactly the rest, however the bytes are cut', async () => {
  const cell = fc.stringMatching(/^[a-z"\n\r,é]{0,6}$/).map((text) => `"${text.replaceAll('"', '""')}"`);
  const record = fc.oneof(
    fc.tuple(cell, cell).map((cells) => cells.join(',')),
    fc.constantFrom('', 'x', 'a,"b', '"'),
  );
  const file = fc
    .array(fc.tuple(record, fc.constantFrom('\n', '\r\n')), { maxLength: 8 })
    .map((all) => all.flat().join(''));
  await fc.assert(
    fc.asyncProperty(file, fc.integer({ min: 1, max: 9 }), async (text, pieces) => {
      const all = await read(text, table, 1_000);
      for (const [index, { end }] of [...all.entries()]) {
        assert.deepEqual(await read(text, table, pieces, end), all.slice(index + 1));
      }
    }),
  );
});
