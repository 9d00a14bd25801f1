import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { codePoint } from '../../tests/support/any-text.ts';
import { documentId, dossierId, eventId, nameBasedUuid, procedureId, unitId } from './ids.ts';

const table = (canonical: (text: string) => string, rows: readonly (readonly [string, string])[]) => {
  for (const [written, expected] of rows) assert.equal(canonical(written), expected, written);
};

test('an agency is the same in the form of QCVN 102:2016 and in that of QĐ 20/2020', () => {
  table(unitId, [
    ['000.00.00.H19', 'H19'],
    ['000.00.12.H19', 'H19.12'],
    ['000.03.12.H19', 'H19.12.03'],
    ['000.00.00.G22', 'G22'],
    [' h19.12 ', 'H19.12'],
    ['H37.02.02', 'H37.02.02'],
    ['Phòng Hành chính', 'Phòng Hành chính'],
  ]);
});

test('an agency in three groups stays as written; the suffix .e-doc.vn is dropped', () => {
  table(unitId, [
    ['00.02.H19', '00.02.H19'],
    ['00.02.H19.e-doc.vn', '00.02.H19'],
    [' 01.23.h19.E-DOC.VN ', '01.23.H19'],
    ['000.00.12.H19.e-doc.vn', 'H19.12'],
    ['H19.12.e-doc.vn', 'H19.12'],
    ['1:30:0:0:0:0:1', '1:30:0:0:0:0:1'],
  ]);
});

test('a name is the same composed and decomposed', () => {
  assert.equal(unitId('Phòng Tiếp dân'.normalize('NFD')), 'Phòng Tiếp dân'.normalize('NFC'));
});

test('a dossier is the same by both forms of its agency', () => {
  table(dossierId, [
    ['000.00.12.H19-240501-0001', 'H19.12-240501-0001'],
    ['H19.12-240501-0001', 'H19.12-240501-0001'],
    ['h19.12-240501-0001', 'H19.12-240501-0001'],
    ['H19.12-240501-48213', 'H19.12-240501-48213'],
    ['LOCAL/2024/17', 'LOCAL/2024/17'],
  ]);
});

test('a document is the same by both forms of its agency and all forms of its date', () => {
  table(documentId, [
    ['000.00.00.G22,2018/09/20,7816/VPCP-TTĐT', 'G22,2018-09-20,7816/VPCP-TTĐT'],
    ['G22,2018-09-20,7816/VPCP-TTĐT', 'G22,2018-09-20,7816/VPCP-TTĐT'],
    ['H19.01, 2026/1/5 , 15/VP-HC', 'H19.01,2026-01-05,15/VP-HC'],
    ['00.02.H19.e-doc.vn,2013/4/25,3158/UBND-TTTH', '00.02.H19,2013-04-25,3158/UBND-TTTH'],
    ['000.00.12.H19, 17', 'H19.12,17'],
    ['7f1c0e52-2b1d-4c43-9b77-0a4d3f1f7a10', '7f1c0e52-2b1d-4c43-9b77-0a4d3f1f7a10'],
  ]);
});

test('a procedure is the same with and without the suffix of its publisher', () => {
  table(procedureId, [
    ['2.000635', '2.000635'],
    ['2.000635.H38', '2.000635'],
    ['1.001612.000.00.00.H19', '1.001612'],
    ['TTHC-7', 'TTHC-7'],
  ]);
});

test('canonical forms are final: normalising again changes nothing', () => {
  const group = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
  const code = fc.tuple(group, group).map(([inner, outer]) => `0${inner}.00.${outer}.H19`);
  const anything = fc.oneof(
    fc.string({ unit: codePoint }),
    code,
    code.map((unit) => `${unit}-240501-0001`),
    code.map((unit) => `${unit},2024/5/1,7/UBND`),
  );
  fc.assert(
    fc.property(anything, (text) => {
      for (const canonical of [unitId, dossierId, documentId, procedureId]) {
        assert.equal(canonical(canonical(text)), canonical(text));
      }
    }),
  );
});

test('a name-based UUID is that of RFC 9562 appendix A.4', () => {
  const dns = Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex');
  assert.equal(nameBasedUuid(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
});

test('event ids never change from those of the first release', () => {
  // Computed by Python's uuid.uuid5 over f"{len(source)}:{source}{id}".
  assert.equal(eventId('/one-stop/h19', 'e-1'), 'd096a280-3369-5a8c-ad9c-51fafeebfcf9');
  assert.equal(eventId('/một-cửa', 'hồ sơ 1'), 'fddfd383-69db-545c-8694-62708d2eed37');
  assert.equal(eventId('a', 'bc'), '087a9634-c1ea-555c-877c-501cd515d164');
  assert.equal(eventId('ab', 'c'), '814971b7-f21d-559e-a19a-5c22472da632');
});
