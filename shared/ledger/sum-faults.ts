import type { LedgerReader } from './port.ts';
import type { BookRegistry } from './registry.ts';
import { wrongDimensionText, wrongSumText } from './verify.ts';

/** Where the stored sums are not those of the journal, as texts: up to `shown` of each kind. @throws StoreError */
export const sumFaults = (
  ledger: Pick<LedgerReader, 'snapshot'>,
  books: BookRegistry,
  shown: number,
): Promise<readonly string[]> =>
  ledger.snapshot(async (snapshot) => {
    const texts = (await snapshot.wrongDimensions(shown)).map(wrongDimensionText);
    for (const book of books.all) texts.push(...(await snapshot.wrongSums(book, shown)).map(wrongSumText));
    return texts;
  });
