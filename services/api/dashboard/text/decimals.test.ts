import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decimalFrom, decimalShown } from './decimals.ts';

test('a share is read as people write it, exactly', () => {
  for (const written of ['0,95', '0.95', '95%', '95 %', '95,0%', '95.00 %', '00,95'])
    assert.equal(decimalFrom(written, 'share', 'vi'), '0.95', written);
  const cases = {
    '95,5%': '0.955',
    '95.995 %': '0.95995',
    '100%': '1',
    '0,5%': '0.005',
    '0%': '0',
    '7%': '0.07',
  };
  for (const [written, text] of Object.entries(cases))
    assert.equal(decimalFrom(written, 'share', 'vi'), text);
  // 0.1 + 0.2 is where floats show.
  assert.equal(decimalFrom('30,00000000001%', 'share', 'vi'), '0.3000000000001');
  for (const written of ['', '%', '95%%', '9 5%', '1.2.3', '95 phần trăm', '1e-2', '0,1234567890123456'])
    assert.equal(decimalFrom(written, 'share', 'vi'), undefined, written);
});

test('a number has no percent sign, and none of its signs may group thousands', () => {
  assert.equal(decimalFrom('12,5', 'decimal', 'vi'), '12.5');
  assert.equal(decimalFrom('12.5', 'decimal', 'vi'), '12.5');
  assert.equal(decimalFrom('-3', 'decimal', 'en'), '-3');
  assert.equal(decimalFrom('5%', 'decimal', 'vi'), undefined);
  assert.equal(decimalFrom('1.000', 'decimal', 'vi'), undefined);
  assert.equal(decimalFrom('1,000', 'decimal', 'vi'), '1');
  assert.equal(decimalFrom('1,000', 'decimal', 'en'), undefined);
  assert.equal(decimalFrom('0.125', 'decimal', 'vi'), '0.125');
});

test('what the form shows is read as what it was', () => {
  assert.equal(decimalShown('0.955', 'share', 'vi'), '95,5%');
  assert.equal(decimalShown('0.955', 'share', 'en'), '95.5%');
  assert.equal(decimalShown('-0.5', 'decimal', 'vi'), '-0,5');
  assert.equal(decimalShown('many', 'share', 'vi'), 'many');
  for (const text of ['0', '1', '0.96', '0.95995', '0.007', '0.3', '-0.05'])
    for (const language of ['vi', 'en'] as const)
      for (const form of ['share', 'decimal'] as const)
        assert.equal(decimalFrom(decimalShown(text, form, language), form, language), text);
});
