/**
 * What a leading projector of production does, for a test to start again as a supervisor would: follows the store at argv[2] into the
 * ledger in DATABASE_URL, writes what it sets aside, and ends with 0 once it has reached the head.
 */
import { openEventReader } from '../../../shared/event-store/sqlite/store.ts';
import { openPostgresLedgerWriter } from '../../../shared/ledger/postgres/writer.ts';
import { RULES } from '../../../shared/ledger/testing/contract-events.ts';
import { postgresPool } from '../../../shared/sql/postgres/database.ts';
import { noteInDatabase } from '../note-places.ts';
import { PageNote } from '../page-note.ts';
import { type PostedPage, project, projectCarefully } from '../projection.ts';

const [eventsPath = ''] = process.argv.slice(2);
const pool = postgresPool({ url: process.env.DATABASE_URL ?? '', name: 'nhip-small-leader' });
const events = openEventReader(eventsPath);
const head = await events.head();
const ledger = await openPostgresLedgerWriter(pool, RULES);
const note = new PageNote(noteInDatabase(pool));
const reached = new AbortController();
const onPosted = ({ checkpoint, poison: setAside }: PostedPage) => {
  for (const poison of setAside) process.stdout.write(`${JSON.stringify({ poison })}\n`);
  if (checkpoint.position === head) reached.abort();
};
await projectCarefully({ events, ledger, note, onPosted }, reached.signal);
await project({ events, ledger, note, onPosted }, reached.signal);
await events.close();
await pool.end();
