import { createHash } from 'node:crypto';
import type { PoolClient, QueryResult, QueryResultRow } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Viewer } from '../access/viewer.ts';

/** A value that can be bound to a statement. Arrays become PostgreSQL arrays. */
export type SqlValue = string | number | bigint | boolean | null | Date | Buffer | readonly SqlValue[] | object;

/** Reads rows as one viewer: a transaction's `prepared`, or a connection beside it. */
export type ReadRows = <Row extends QueryResultRow>(sql: string, values: readonly SqlValue[]) => Promise<Row[]>;

/** One transaction. Statements are plain parameterised SQL; those in hot paths are prepared by name on first use. */
export interface Transaction {
  /** The viewer the transaction runs as; null under `asSystem`. */
  readonly viewer: Viewer | null;
  /** All rows. */
  query<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** The first row, or null. */
  first<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]): Promise<Row | null>;
  /** As `query`, prepared once per connection: for statements whose text never varies. */
  prepared<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]): Promise<Row[]>;
  /** Runs a statement for its effect; returns the number of rows touched. */
  execute(sql: string, values?: readonly SqlValue[]): Promise<number>;
  /** Rows in batches through a server-side cursor: memory is bounded by `batchSize`. */
  batches<Row extends QueryResultRow>(
    sql: string,
    values: readonly SqlValue[],
    batchSize: number,
  ): AsyncIterable<Row[]>;
  /**
   * Raw chunks of `COPY (...) TO STDOUT` in text format, the fastest way out of PostgreSQL.
   * COPY takes no parameters: every value must come through `literal`.
   */
  copyOut(sql: string): AsyncIterable<Buffer>;
  /** `value` as an SQL literal, for `copyOut` only. */
  literal(value: string | number | boolean | readonly (string | number)[]): string;
  /**
   * Runs `work` with full rights within this same transaction, then returns to the viewer's. For bookkeeping on rows
   * that the viewer may change but not all see (audiences of an event's hidden parts). The reason is for readers.
   */
  elevated<T>(reason: string, work: () => Promise<T>): Promise<T>;
  /** Registers a callback that runs after a successful commit. */
  onCommit(callback: () => void): void;
  /** Called by the database once the commit has succeeded. */
  afterCommit(): void;
}

let cursorNumber = 0;

/** Wraps a checked-out client; the caller owns begin, commit and rollback. */
export function createTransaction(
  client: PoolClient,
  viewer: Viewer | null,
  follow: () => Promise<void> = async () => {},
): Transaction {
  const callbacks: (() => void)[] = [];
  const bind = (values: readonly SqlValue[] | undefined) => (values ? [...values] : []);

  async function query<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]): Promise<Row[]> {
    await follow();
    return takeRows(await client.query<Row>(sql, bind(values)));
  }

  return {
    viewer,
    query,
    async first<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]) {
      return (await query<Row>(sql, values))[0] ?? null;
    },
    async prepared<Row extends QueryResultRow>(sql: string, values?: readonly SqlValue[]) {
      await follow();
      return takeRows(await client.query<Row>({ name: statementName(sql), text: sql, values: bind(values) }));
    },
    async execute(sql, values) {
      await follow();
      return (await client.query(sql, bind(values))).rowCount ?? 0;
    },
    async *batches<Row extends QueryResultRow>(sql: string, values: readonly SqlValue[], batchSize: number) {
      cursorNumber += 1;
      const cursor = `magpie_${cursorNumber}`;
      await client.query(`declare ${cursor} no scroll cursor for ${sql}`, bind(values));
      for (;;) {
        const rows = takeRows(await client.query<Row>(`fetch ${batchSize} from ${cursor}`));
        if (rows.length > 0) yield rows;
        if (rows.length < batchSize) break;
      }
      await client.query(`close ${cursor}`);
    },
    async *copyOut(sql: string) {
      const rows: AsyncIterable<Buffer> = client.query(copyTo(`copy (${sql}) to stdout`));
      let isLeft = true;
      try {
        yield* rows;
        isLeft = false;
      } catch (error) {
        isLeft = false;
        throw error;
      } finally {
        // A reader that stops in the middle cannot take COPY back: without its connection PostgreSQL ends it at once.
        if (isLeft) {
          client.on('error', () => {});
          client.connection.stream.destroy();
        }
      }
    },
    literal(value) {
      if (typeof value === 'number') {
        if (!Number.isFinite(value)) throw new TypeError('only finite numbers can be literals');
        return String(value);
      }
      if (typeof value === 'boolean') return value ? 'true' : 'false';
      if (typeof value === 'string') return client.escapeLiteral(value);
      return `array[${value.map((item) => (typeof item === 'number' ? String(Number(item)) : client.escapeLiteral(item))).join(',')}]`;
    },
    async elevated(_reason, work) {
      if (viewer === null) return work();
      await client.query('reset role');
      const back = () => client.query('set local role magpie_viewer');
      const result = await work().catch(async (error: unknown) => {
        // In a transaction that has failed this fails too: nothing else can be done in it, and going back to a
        // savepoint goes back to the viewer's role.
        await back().catch(() => {});
        throw error;
      });
      await back();
      return result;
    },
    onCommit(callback) {
      callbacks.push(callback);
    },
    afterCommit() {
      for (const callback of callbacks) callback();
    },
  };
}

/**
 * The rows of a result, which no longer has them. Results of one connection are linked by what the driver leaves behind:
 * once one of them is old, all that follow become old with it, and so would every row that was ever read, until the
 * whole heap is looked through.
 */
function takeRows<Row extends QueryResultRow>(result: QueryResult<Row>): Row[] {
  const { rows } = result;
  result.rows = [];
  return rows;
}

const statementNames = new Map<string, string>();

/** A short stable name of a statement text; PostgreSQL cuts names at 63 bytes. */
export function statementName(sql: string): string {
  let name = statementNames.get(sql);
  if (name === undefined) {
    name = `m${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
    statementNames.set(sql, name);
  }
  return name;
}
