import { join } from 'node:path';
import { openSqliteDeadLetters } from '../../services/ingest/dead-letters/dead-letters-sqlite.ts';
import type { DeadLetter } from '../../services/ingest/dead-letters/port.ts';
import { type RecordedEvent, START } from '../../shared/contracts/stored-event.ts';
import { openEventReader } from '../../shared/event-store/sqlite/store.ts';

/** Every event of the store in a DATA_DIR, in order; the server may run. */
export async function* eventsIn(dataDir: string): AsyncGenerator<RecordedEvent> {
  const reader = openEventReader(join(dataDir, 'events.db'));
  try {
    for (let after = START; ; ) {
      const { events, position } = await reader.readAll(after, 5_000);
      yield* events;
      if (position === after) return;
      after = position;
    }
  } finally {
    await reader.close();
  }
}

/** Every dead letter in a DATA_DIR; the server may run. */
export async function* deadLettersIn(dataDir: string): AsyncGenerator<DeadLetter> {
  const letters = openSqliteDeadLetters(join(dataDir, 'dead-letters.db'));
  try {
    for (let cursor: string | undefined; ; ) {
      const { items, next } = await letters.list({ limit: 1_000, ...(cursor !== undefined && { cursor }) });
      for (const { id } of items) {
        const letter = await letters.get(id);
        if (letter) yield letter;
      }
      if (next === undefined) return;
      cursor = next;
    }
  } finally {
    await letters.close();
  }
}
