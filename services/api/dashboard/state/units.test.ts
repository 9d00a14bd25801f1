import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unit } from '../client/api.ts';
import { wordsIn } from '../text/words.ts';
import { namesOf } from './units.ts';

const unit = (id: string, name: string, status: Unit['status']): Unit => ({
  ...{ id, name, status, level: 0, parent: null, successor: null, handlesProcedures: false, procedures: [] },
  ...{ from: '2026-01-01', to: null, instrument: null },
});

test('a unit that has ended is marked wherever it is named, in both languages; one that is not declared has its id', () => {
  const units = [unit('H19.02', 'Văn phòng', 'active'), unit('H10.02', 'Văn phòng cũ', 'merged')];
  const all = [...units, unit('H19.31', 'Tân Phú', 'closed')];
  const shown = (language: 'vi' | 'en') =>
    ['H19.02', 'H10.02', 'H19.31', 'X.1'].map((id) => namesOf(all, wordsIn(language))(id));
  assert.deepEqual(shown('vi'), ['Văn phòng', 'Văn phòng cũ (đã sáp nhập)', 'Tân Phú (đã giải thể)', 'X.1']);
  assert.deepEqual(shown('en'), ['Văn phòng', 'Văn phòng cũ (merged)', 'Tân Phú (closed)', 'X.1']);
});

test('the name that a row carries goes before that of the list', () => {
  const name = namesOf([unit('H10.02', 'Văn phòng cũ', 'merged')], wordsIn('vi'));
  assert.equal(name('H10.02', 'Bình Phước'), 'Bình Phước (đã sáp nhập)');
  assert.equal(name('X.1', 'Phòng'), 'Phòng');
});
