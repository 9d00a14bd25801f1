import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codePoint } from '../../../tests/support/any-text.ts';
import type { Element } from './element.ts';
import { parseXml } from './xml.ts';

const rootOf = (text: string): Element => {
  const parsed = parseXml(text);
  assert.ok(parsed.kind === 'tree', JSON.stringify(parsed));
  return parsed.root;
};
const refusal = (text: string): string => {
  const parsed = parseXml(text);
  return parsed.kind === 'invalid' ? `${parsed.fault.was}; ${parsed.fault.expected}` : 'accepted';
};
const pointers = (element: Element): readonly string[] => [
  element.pointer,
  ...element.children.flatMap(pointers),
];

test('an element has its local name and the path to it; siblings of one name are numbered', () => {
  assert.deepEqual(pointers(rootOf('<e:a xmlns:e="x"><b/><e:c><d/></e:c><c/></e:a>')), [
    '/a',
    '/a/b',
    '/a/c/0',
    '/a/c/0/d',
    '/a/c/1',
  ]);
});

test('text beside CDATA, comments and references keeps its spaces; the ends are trimmed', () => {
  assert.equal(
    rootOf('<a> 15 <![CDATA[/ VP]]> <!-- no text -->&amp; <![CDATA[ HC ]]></a>').text,
    '15 / VP &  HC',
  );
  assert.equal(rootOf('<a>&#x110;&#7891;<b>x</b>ng</a>').text, 'Đồng');
});

test('a byte order mark, white space and a declaration may stand before the root', () => {
  assert.equal(rootOf('\ufeff<?xml version="1.0" encoding="utf-8"?>\r\n<a/>').name, 'a');
  assert.equal(rootOf('\n  <?xml version="1.0"?><a/>\n').name, 'a');
});

test('an encoding that is not UTF-8 is named; UTF-16, which .NET declares of any string, was none when it can be read', () => {
  assert.match(refusal('<?xml version="1.0" encoding="windows-1258"?><a/>'), /windows-1258.*XML in UTF-8/);
  assert.equal(rootOf('<?xml version="1.0" encoding="utf-16"?><a/>').name, 'a');
});

test('a comment, CDATA, an instruction or an attribute hides no document type', () => {
  for (const hiding of ['<!-- <![CDATA[ -->', '<!-- <![CDATA[ --><!-- ]]> -->', '<?x <![CDATA[ ?>', '']) {
    assert.match(refusal(`${hiding}<!DOCTYPE a [<!ENTITY b "c">]><a/>`), /without a document type/, hiding);
    assert.match(refusal(`<r>${hiding}<!DOCTYPE a></r>`), /well-formed/, hiding);
  }
  assert.match(refusal('<a b="<!--"><!DOCTYPE c></a>'), /well-formed/);
  assert.equal(rootOf('<a><!-- <!DOCTYPE b> --><![CDATA[<!DOCTYPE b>]]></a>').text, '<!DOCTYPE b>');
});

test('a comment or CDATA hides no tags from the bounds', () => {
  const flood = '<b/>'.repeat(60_000);
  for (const hiding of ['<!-- <![CDATA[ -->', '<!-- <AttachmentEncoded> -->', '<![CDATA[<!--]]>', '']) {
    assert.match(refusal(`<a>${hiding}${flood}</a>`), /at most 50000 tags/, hiding);
  }
  assert.equal(rootOf(`<a><![CDATA[${flood}]]></a>`).children.length, 0);
});

test('an undeclared entity is a fault, in text and in attributes; so is a reference to no character', () => {
  for (const wrong of ['&xxe;', '&nbsp;', '&', 'a & b', '&#0;', '&#x110000;', '&#xD800;']) {
    assert.match(refusal(`<a>${wrong}</a>`), /well-formed/, wrong);
    assert.match(refusal(`<a b="${wrong}"/>`), /well-formed/, wrong);
  }
  assert.equal(rootOf('<a>&lt;&gt;&amp;&quot;&apos;&#38;&#x26;</a>').text, '<>&"\'&&');
});

test('depth, floods of tags and of attributes, and broken XML are refused fast', () => {
  const bombs = {
    depth: '<a>'.repeat(1_000_000),
    tags: `<a>${'<b/>'.repeat(200_000)}</a>`,
    attributes: `<a ${Array.from({ length: 100_000 }, (_, at) => `b${at}=""`).join(' ')}/>`,
    brackets: '<'.repeat(5 << 20),
    references: `<a>${'&amp;'.repeat(1 << 18)}`,
    name: `<${'a'.repeat(1 << 20)}/`,
    unclosed: '<a><b></a>',
    'two roots': '<a/><b/>',
    empty: '',
    text: 'hello',
    control: '<a>\u0001</a>',
  };
  for (const [name, text] of Object.entries(bombs)) {
    const started = process.cpuUsage();
    assert.notEqual(refusal(text), 'accepted', name);
    assert.ok(process.cpuUsage(started).user < 3_000_000, name);
  }
});

test('well-formed XML is read as it was written, with any content', () => {
  const escaped = (text: string) => text.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  const character = fc.string({ unit: codePoint }).map((text) => text.replace(/[^\t\n\x20-\ud7ff]/g, ''));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), character)), (pieces) => {
      const written = pieces.map(([cdata, text]) =>
        cdata ? `<![CDATA[${text.replaceAll(']]>', '')}]]>` : escaped(text),
      );
      const expected = pieces.map(([cdata, text]) => (cdata ? text.replaceAll(']]>', '') : text)).join('');
      assert.equal(rootOf(`<a>${written.join('<!-- -->')}</a>`).text, expected.trim());
    }),
  );
});
