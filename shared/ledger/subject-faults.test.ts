import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossierBook } from '../books/dossier/book.ts';
import type { LedgerReader, LedgerSnapshot } from './port.ts';
import { subjectFaults } from './subject-faults.ts';

test('a comparison of subjects ends with its signal, however many there are', {
  timeout: 5_000,
}, async () => {
  const stop = new AbortController();
  let pages = 0;
  const endless: Pick<LedgerSnapshot, 'wrongSubjects'> = {
    async wrongSubjects() {
      pages += 1;
      if (pages === 3) stop.abort(new Error('the server ends'));
      return { faults: [], last: pages };
    },
  };
  const ledger = {
    snapshot: (read: (snapshot: LedgerSnapshot) => unknown) => read(endless as LedgerSnapshot),
  } as Pick<LedgerReader, 'snapshot'>;
  const comparing = subjectFaults(ledger, dossierBook, 10, { pageMs: 3_600_000, signal: stop.signal });
  await assert.rejects(comparing, /the server ends/);
  assert.equal(pages, 3);
});
