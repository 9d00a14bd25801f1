import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from './store-error.ts';

test('a failure of a store has its name, its code and its cause', () => {
  const cause = new Error('ENOSPC');
  const { name, code, message, cause: behind } = new StoreError('full', 'No room', { cause });
  assert.deepEqual(
    { name, code, message, behind },
    { name: 'StoreError', code: 'full', message: 'No room', behind: cause },
  );
});
