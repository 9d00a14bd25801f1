import type { LedgerReader } from './port.ts';
import type { BookRegistry } from './registry.ts';
import { type Pace, subjectFaults } from './subject-faults.ts';
import { wrongDimensionText, wrongSumText } from './verify.ts';

/**
 * Where the ledger contradicts itself, as texts: sums that are not those of the journal, subjects that are not what follows from their
 * facts. Up to `shown` of each kind. @throws StoreError @throws the reason of the signal
 */
export async function ledgerFaults(
  ledger: Pick<LedgerReader, 'snapshot'>,
  books: BookRegistry,
  shown: number,
  pace: Pace,
): Promise<readonly string[]> {
  const texts = await ledger.snapshot(async (snapshot) => {
    const wrong = (await snapshot.wrongDimensions(shown)).map(wrongDimensionText);
    for (const book of books.all) wrong.push(...(await snapshot.wrongSums(book, shown)).map(wrongSumText));
    return wrong;
  }, pace);
  for (const book of books.all) texts.push(...(await subjectFaults(ledger, book, shown, pace)));
  return texts;
}
