import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asUtf8, type Declared, type Encoding, looksLike, recognise } from './encoding.ts';

const TEXT = 'Mã hồ sơ,Kênh\nHồ sơ đất đai-1,Trực tuyến\n';
/** By the code tables, written out by hand: windows-1258 has letters and marks, TCVN 5712:1993 has whole letters. */
const WINDOWS_1258 = Buffer.from(
  'Ma\xde h\xf4\xcc s\xf5,K\xeanh\nH\xf4\xcc s\xf5 \xf0\xe2\xect \xf0ai-1,Tr\xfd\xf2c tuy\xea\xecn\n',
  'latin1',
);
const TCVN3 = Buffer.from(
  'M\xb7 h\xe5 s\xac,K\xaanh\nH\xe5 s\xac \xae\xcat \xaeai-1,Tr\xf9c tuy\xd5n\n',
  'latin1',
);
const LITTLE = Buffer.from(TEXT, 'utf16le');
const BIG = Buffer.from(LITTLE).swap16();
const withMark = (bytes: Buffer, mark: number[]) => Buffer.concat([Buffer.from(mark), bytes]);

const verdict = (head: Buffer, declared: Declared = 'utf-8') => {
  const found = recognise(head, declared);
  return found.kind === 'text' ? found.encoding : `${found.is}: ${found.advice}`;
};

test('what is not UTF-8 is named, with what to do', () => {
  const cases: readonly [Buffer, RegExp][] = [
    [LITTLE, /^text in UTF-16: declare it by --encoding utf-16$/],
    [withMark(LITTLE, [0xff, 0xfe]), /^text in UTF-16/],
    [BIG, /^text in UTF-16/],
    [withMark(BIG, [0xfe, 0xff]), /^text in UTF-16/],
    [WINDOWS_1258, /windows-1258 .*--encoding windows-1258$/],
    [TCVN3, /^text in TCVN3 \(ABC\).*convert it to UTF-8$/],
    [Buffer.from('PK\x03\x04....xl/workbook.xml'), /^an Excel workbook \(\.xlsx\): save its sheet as CSV/],
    [Buffer.from('PK\x03\x04....'), /^a ZIP archive or workbook/],
    [Buffer.from('d0cf11e0a1b11ae100', 'hex'), /^an Excel workbook \(\.xls\): save/],
    [Buffer.from('%PDF-1.7'), /^a PDF document/],
    [Buffer.from('\uFEFF\r\n<html><table>'), /^HTML or XML, which some programs call \.xls: save/],
  ];
  for (const [head, expected] of cases) assert.match(verdict(head), expected);
  assert.equal(looksLike(TCVN3), 'TCVN3 (ABC)');
});

test('UTF-8 stays UTF-8: with a mark, in ASCII, decomposed, cut off in a character, with one damaged line', () => {
  const heads = ['', '\uFEFFa,b\n', 'a,b\n', TEXT.normalize('NFD'), `${'x'.repeat(9)}\n`, '{"id":"đ"}\n'].map(
    (text) => Buffer.from(text),
  );
  const cut = Buffer.from(`${TEXT}đ`).subarray(0, -1);
  const damaged = Buffer.concat([Buffer.from(TEXT), Buffer.of(0xff, 0x0a)]);
  for (const head of [...heads, cut, damaged]) assert.equal(verdict(head), 'utf-8');
});

test('what is declared is read, unless the file is plainly something else', () => {
  assert.equal(verdict(LITTLE, 'utf-16'), 'utf-16le');
  assert.equal(verdict(withMark(BIG, [0xfe, 0xff]), 'utf-16'), 'utf-16be');
  assert.equal(verdict(WINDOWS_1258, 'windows-1258'), 'windows-1258');
  assert.equal(verdict(Buffer.from('a,b\n'), 'windows-1258'), 'windows-1258');
  assert.match(verdict(Buffer.from(TEXT), 'windows-1258'), /^text in UTF-8: leave --encoding out$/);
  assert.match(verdict(Buffer.from(TEXT), 'utf-16'), /^no text in UTF-16/);
  assert.match(verdict(TCVN3, 'windows-1258'), /^text in TCVN3/);
  assert.match(verdict(LITTLE, 'windows-1258'), /^text in UTF-16/);
});

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function read(bytes: Buffer, encoding: Encoding, size: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(asUtf8(inPieces(bytes, size), encoding)));
}

test('every encoding that can be declared says the same text, however its bytes are cut', async () => {
  const written: readonly [Buffer, Encoding][] = [
    [withMark(LITTLE, [0xff, 0xfe]), 'utf-16le'],
    [LITTLE, 'utf-16le'],
    [withMark(BIG, [0xfe, 0xff]), 'utf-16be'],
    [WINDOWS_1258, 'windows-1258'],
  ];
  for (const [bytes, encoding] of written) {
    for (const size of [1, 3, 1_000])
      assert.equal((await read(bytes, encoding, size)).toString().normalize('NFC'), TEXT);
  }
});

test('half a character costs its own line: it stays no UTF-8', async () => {
  const lone = Buffer.concat([
    Buffer.from('a\n', 'utf16le'),
    Buffer.of(0x00, 0xd8),
    Buffer.from('b\nc', 'utf16le'),
  ]);
  assert.deepEqual(await read(lone, 'utf-16le', 5), Buffer.from('a\n\xffb\nc', 'latin1'));
});
