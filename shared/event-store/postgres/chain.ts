import type pg from 'pg';
import type { StreamName } from '../../contracts/ids.ts';
import { type Position, START } from '../../contracts/stored-event.ts';
import { storeErrorOf } from '../../sql/postgres/errors.ts';
import { inTransaction } from '../../sql/postgres/transaction.ts';
import {
  type ChainBeginning,
  type ChainHead,
  firstLink,
  type Link,
  type PlacedLink,
  type StoreId,
} from '../chain.ts';
import type { KeptChain } from '../chain-keeper.ts';

/** Up to so many links in a row, and about so many read at a time. */
const LINKS_A_ROW = 1_000;
const LINK_BYTES = 32;

/** The chain in the tables `nhip.chain` and `nhip.chain_page`; the caller owns the pool. */
export class PostgresChain implements KeptChain {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async beginning(): Promise<ChainBeginning | undefined> {
    const [row] = await this.#rows('SELECT store, begun_at, covered FROM nhip.chain');
    return (
      row && {
        store: String(row.store) as StoreId,
        begunAt: Number(row.begun_at),
        covered: Number(row.covered) as Position,
      }
    );
  }

  async head(): Promise<ChainHead | undefined> {
    const [row] = await this.#rows(`
      SELECT c.store, coalesce(p.last, 0) AS position, coalesce(p.link, c.link) AS link FROM nhip.chain c
      LEFT JOIN (SELECT last, link FROM nhip.chain_page ORDER BY last DESC LIMIT 1) p ON true`);
    return row && { store: String(row.store) as StoreId, ...placed(row.position, row.link) };
  }

  async linkAt(position: Position): Promise<Link | undefined> {
    const last = await this.upTo(position);
    return last?.position === position ? last.link : undefined;
  }

  async after(position: Position): Promise<readonly PlacedLink[]> {
    const rows = await this.#rows(
      `WITH next AS (
         SELECT last, sum(events) OVER (ORDER BY last) - events AS before
         FROM (SELECT last, events FROM nhip.chain_page WHERE last > $1 ORDER BY last LIMIT $2) AS following_rows
       )
       SELECT positions, links, streams, revisions, types
       FROM nhip.chain_page JOIN next USING (last) WHERE next.before < $2 ORDER BY last`,
      [position, LINKS_A_ROW],
    );
    return rows.flatMap(linksIn).filter((one) => one.position > position);
  }

  async upTo(position: Position): Promise<PlacedLink | undefined> {
    const [row] = await this.#rows(
      `SELECT * FROM (
         SELECT last, link FROM nhip.chain_page WHERE last <= $1 UNION ALL SELECT 0, link FROM nhip.chain
       ) AS earlier ORDER BY last DESC LIMIT 1`,
      [position],
    );
    if (!row) return undefined;
    const before = placed(row.last, row.link);
    if (before.position === position) return before;
    const behind = await this.after(before.position);
    return behind.findLast((one) => one.position <= position) ?? before;
  }

  async beforeLastPage(): Promise<PlacedLink | undefined> {
    const [row] = await this.#rows('SELECT after FROM nhip.chain_page ORDER BY last DESC LIMIT 1');
    return this.upTo(Number(row?.after ?? START) as Position);
  }

  async begin(beginning: ChainBeginning): Promise<void> {
    const { store, begunAt, covered } = beginning;
    await this.#rows('INSERT INTO nhip.chain (store, begun_at, covered, link) VALUES ($1, $2, $3, $4)', [
      ...[store, begunAt, covered, firstLink(beginning)],
    ]);
  }

  async append(after: Position, links: readonly PlacedLink[]): Promise<void> {
    await inTransaction(this.#pool, ['BEGIN'], (client) => appendLinks(client, after, links)).catch(failed);
  }

  async #rows(text: string, values: unknown[] = []): Promise<pg.QueryResult['rows']> {
    const { rows } = await this.#pool.query(text, values).catch(failed);
    return rows;
  }
}

/** Stores links within the caller's transaction. @throws when the chain does not end at `after` */
export async function appendLinks(
  client: pg.ClientBase,
  after: Position,
  links: readonly PlacedLink[],
): Promise<void> {
  let previous = after;
  for (let from = 0; from < links.length; from += LINKS_A_ROW) {
    const row = links.slice(from, from + LINKS_A_ROW);
    const last = row.at(-1);
    if (!last) return;
    await client.query(
      `INSERT INTO nhip.chain_page (last, after, link, events, positions, links, streams, revisions, types)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        ...[last.position, previous, last.link, row.length],
        row.map(({ position }) => position),
        Buffer.from(row.map(({ link }) => link).join(''), 'hex'),
        row.map(({ of }) => of?.stream ?? ''),
        row.map(({ of }) => of?.revision ?? 0),
        row.map(({ of }) => of?.type ?? ''),
      ],
    );
    previous = last.position;
  }
}

const placed = (position: unknown, link: unknown) => ({
  position: Number(position) as Position,
  link: String(link) as Link,
});

function linksIn(row: pg.QueryResult['rows'][number]): readonly PlacedLink[] {
  const { positions, links, streams, revisions, types } = row;
  const bytes: Buffer = links;
  return (positions as unknown[]).map((position, index) => ({
    ...placed(position, bytes.toString('hex', index * LINK_BYTES, (index + 1) * LINK_BYTES)),
    of: {
      stream: String(streams[index]) as StreamName,
      revision: Number(revisions[index]),
      type: String(types[index]),
    },
  }));
}

function failed(error: unknown): never {
  throw storeErrorOf(error);
}
