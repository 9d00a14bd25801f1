import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreError } from '../../shared/kernel/store-error.ts';
import { doubting } from './doubting.ts';

const corrupt = new StoreError('corrupt', 'the event at position 7 was altered');

function parts(save: () => Promise<void>) {
  const [faults, warnings]: [string[], object[]] = [[], []];
  return {
    faults,
    warnings,
    doubted: {
      report: { fault: (text: string) => faults.push(text) },
      log: { warn: (of: object) => warnings.push(of) },
      save,
    },
  };
}

test('a changed past is reported although the finding cannot be saved, and the reason is not that of the database', async () => {
  const away = new StoreError('unavailable', 'the database is away');
  const { faults, warnings, doubted } = parts(() => Promise.reject(away));
  await assert.rejects(
    doubting(() => Promise.reject(corrupt), doubted),
    corrupt,
  );
  assert.deepEqual([faults, warnings], [[corrupt.message], [{ err: away }]]);
});

test('a store that is away casts no doubt on the past', async () => {
  const away = new StoreError('unavailable', 'no connection');
  const { faults, doubted } = parts(() => assert.fail('nothing to save'));
  await assert.rejects(
    doubting(() => Promise.reject(away), doubted),
    away,
  );
  assert.deepEqual(faults, []);
});
