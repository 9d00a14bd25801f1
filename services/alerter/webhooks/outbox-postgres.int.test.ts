import { describeWithPostgres } from '../../../tests/support/postgres/describe.ts';
import { openPostgresOutbox } from './outbox-postgres.ts';
import { describeOutbox } from './testing/contract-suite.ts';

await describeWithPostgres('the outbox on PostgreSQL', (postgres) => {
  describeOutbox('PostgreSQL', async () => {
    const pool = await postgres.newPool();
    return { writers: 'several', open: () => openPostgresOutbox(pool), close: async () => {} };
  });
});
