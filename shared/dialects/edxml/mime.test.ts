import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MIME_LIMITS, rootPart } from './mime.ts';

const TYPE = 'multipart/related; boundary="B"; type="text/xml"; start="<1.edxml>"';
const ROOT = 'Content-ID: 1.edxml\r\nContent-Type: text/xml\r\n\r\n<a/>';

const read = (body: string | Buffer, contentType?: string) => {
  const part = rootPart(typeof body === 'string' ? Buffer.from(body) : body, contentType);
  return part.kind === 'root' ? part.bytes.toString() : `${part.fault.was}; ${part.fault.expected}`;
};

test('the header may be that of the request, or stand in the body itself, which then decides', () => {
  const body = `--B\r\n${ROOT}\r\n--B--\r\n`;
  assert.equal(read(body, TYPE), '<a/>');
  assert.equal(read(`\r\nMIME-Version: 1.0\r\nContent-type: ${TYPE}\r\n\r\n${body}`), '<a/>');
  assert.equal(read(`Content-Type: ${TYPE}\r\n\r\n${body}`, 'multipart/related; boundary=other'), '<a/>');
  assert.equal(read(`Content-Type: multipart/related;\r\n\tboundary=B\r\n\r\n${body}`), '<a/>');
  assert.equal(read(`A preamble without meaning.\r\n${body}`, TYPE), '<a/>');
});

test('lines end with CRLF or LF; the line break before a delimiter is not content', () => {
  const body = `Content-Type: ${TYPE}\r\n\r\n--B\r\n${ROOT}\r\n\r\n--B \t\r\nContent-ID: 2\r\n\r\n--B\r\n\r\nx\r\n--B--`;
  assert.equal(read(body), '<a/>\r\n');
  assert.equal(read(body.replaceAll('\r\n', '\n')), '<a/>\n');
});

test('the part that start names is the message, whether its id has brackets or not; else the first', () => {
  const body = `--B\n\nfile\n--B\nContent-ID: <1.edxml>\n\n<a/>\n--B--\n`;
  assert.equal(read(body, TYPE), '<a/>');
  assert.equal(read(body, 'multipart/related; boundary=B'), 'file');
  assert.equal(read(body, 'multipart/related; boundary=B; start="<9>"'), 'file');
});

test('the boundary inside a line, or as the beginning of a longer line, is content', () => {
  const content = '<a>--B\n--Bx\nx--B\n--B--x\n</a>';
  assert.equal(read(`--B\n\n${content}\n--B--`, TYPE), content);
});

test('base64 is decoded; another encoding or charset is refused by name', () => {
  const part = (header: string, content: string) => read(`--B\n${header}\n\n${content}\n--B--`, TYPE);
  assert.equal(
    part('Content-Transfer-Encoding: BASE64', `${Buffer.from('<đ/>').toString('base64')}\n`),
    '<đ/>',
  );
  for (const plain of ['7bit', '8BIT', 'binary'])
    assert.equal(part(`content-transfer-encoding: ${plain}`, '<a/>'), '<a/>');
  assert.match(
    part('Content-Transfer-Encoding: quoted-printable', '<a/>'),
    /quoted-printable.*7bit, 8bit, binary or base64/,
  );
  assert.match(part('Content-Transfer-Encoding: base64', '<a/>'), /base64 in the first part/);
  assert.match(part('Content-Transfer-Encoding: base64', 'PGEv'.slice(0, 3)), /base64 in the first part/);
  assert.match(part('Content-Type: text/xml; charset=utf-16', '<a/>'), /utf-16.*UTF-8/);
  assert.match(
    part('Content-Type: multipart/mixed; boundary=C', '--C\n\n<a/>\n--C--'),
    /no multipart itself/,
  );
});

test('an entity that was cut off, or has no boundary that fits, is refused by name', () => {
  const body = `--B\n\n<a/>\n--B--\n`;
  for (const length of [4, 8, 12])
    assert.match(read(body.slice(0, length), TYPE), /no closing delimiter/, `${length}`);
  assert.match(read(body, 'multipart/related; boundary=C'), /no delimiter/);
  assert.match(read(body, 'multipart/related'), /boundary of 1 to 70/);
  assert.match(read(body, `multipart/related; boundary=${'C'.repeat(71)}`), /boundary of 1 to 70/);
  assert.match(read(body, 'multipart/form-data; boundary=B'), /multipart\/related/);
  assert.match(read(body, 'text/xml'), /multipart\/related/);
  assert.match(read(body), /multipart\/related/);
  assert.match(read('--B--', TYPE), /no part/);
});

test('an apparent second message is never skipped', () => {
  const second = (content: string) =>
    read(`--B\n\n<a/>\n--B\nContent-Type: text/xml\n\n${content}\n--B--`, TYPE);
  const message = '<?xml version="1.0"?>\n<!-- x --><soap-env:Envelope xmlns:soap-env="x"/>';
  assert.match(second(message), /a second message/);
  assert.match(second(`\ufeff<edXML/>`), /a second message/);
  assert.equal(second('<edXML:Document xmlns:edXML="x"><edXML:Attach/></edXML:Document>'), '<a/>');
  assert.match(read('--B\n\n<a/>\n--B--\n--B\n\n<a/>\n--B--', TYPE), /after the closing delimiter/);
});

test('parts and headers are bounded', () => {
  const parts = (count: number) => read(`${'--B\n\n<a/>\n'.repeat(count)}--B--`, TYPE);
  assert.equal(parts(MIME_LIMITS.parts), '<a/>');
  assert.match(parts(100_000), /at most 1000 parts/);
  const long = `X: ${'x'.repeat(MIME_LIMITS.headerBytes)}`;
  assert.match(read(`--B\n${long}\n\n<a/>\n--B--`, TYPE), /header of at most 16384 bytes/);
  assert.match(read(`Content-Type: ${TYPE}\n${long}\n\n--B\n\n<a/>\n--B--`), /header of at most 16384 bytes/);
  assert.match(read('--B\nno field\n\n<a/>\n--B--', TYPE), /header field/);
  assert.match(read('--B\nContent-ID: 1\ncontent-id: 2\n\n<a/>\n--B--', TYPE), /once in a header/);
});

test('a file of 5 MiB beside the message costs nothing, be it base64, binary, or full of near boundaries', () => {
  const files = [
    Buffer.from('QUJD'.repeat((5 << 20) / 4)),
    Buffer.alloc(5 << 20, 0xff),
    Buffer.from('--Bx\n'.repeat((5 << 20) / 5)),
    Buffer.from('\n--B '.repeat(1000)),
  ];
  for (const file of files) {
    const body = Buffer.concat([Buffer.from(`--B\n\n<a/>\n--B\n\nx`), file, Buffer.from('\n--B--')]);
    const started = process.cpuUsage();
    read(body, TYPE);
    assert.ok(process.cpuUsage(started).user < 3_000_000);
  }
});

test('the content of every part is read as it was written', () => {
  const content = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  // A CR before the LF that ends a part looks the same as a CR that belongs to the part.
  const free = content.filter(
    (bytes) => !bytes.includes('--B') && bytes.at(-1) !== 0x0d && !/^\s*</.test(bytes.toString('latin1')),
  );
  fc.assert(
    fc.property(free, fc.array(free, { maxLength: 4 }), fc.constantFrom('\n', '\r\n'), (root, files, eol) => {
      const parts = [root, ...files].map((part) =>
        Buffer.concat([Buffer.from(`--B${eol}${eol}`), part, Buffer.from(eol)]),
      );
      const whole = Buffer.concat([...parts, Buffer.from('--B--')]);
      const found = rootPart(whole, TYPE);
      assert.ok(found.kind === 'root');
      assert.deepEqual(found.bytes, root);
      // Cut at any place, it is refused, and never read as a shorter message.
      const cut = whole.subarray(0, whole.length - 1 - (files.length % 4));
      assert.equal(rootPart(cut, TYPE).kind, 'invalid');
    }),
  );
});

test('no bytes make it throw', () => {
  const piece = fc.constantFrom(
    '--B',
    '--B--',
    '\r\n',
    '\n',
    '\n\n',
    ':',
    'Content-Type: multipart/related; boundary=B',
    'start="<"',
    '<a/>',
    '\0',
    'é',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(piece, fc.string())),
      fc.option(fc.string(), { nil: undefined }),
      (pieces, type) => {
        rootPart(Buffer.from(pieces.join('')), type);
        rootPart(Buffer.from(pieces.join('')), TYPE);
      },
    ),
  );
});
