import pg from 'pg';
import { type AccessBitmaps, createAccessBitmaps } from '../access/bitmaps.ts';
import type { Viewer } from '../access/viewer.ts';
import { type Abandonment, watchForAbandonment } from './abandon.ts';
import { createQuickReads, type QuickOptions } from './quick-reads.ts';
import { createSharedReads, type RawRow } from './shared-reads.ts';
import { createTransaction, type SqlValue, statementName, type Transaction } from './transaction.ts';

/** How to reach PostgreSQL: a URL, or the parts (a socket folder as `host`). */
export type Connection = string | { host: string; port: number; user: string; password?: string; database: string };

/**
 * The door to PostgreSQL. Nothing is read without a viewer: `as` runs under a role that can read only the
 * `visible_*` views, bound to the viewer's audiences. `asSystem` is for what must see everything; its reason is
 * greppable and shows up as the connection's application name.
 */
export interface Database {
  /** Runs `work` in one transaction as the viewer; commits when it returns, rolls back when it throws. */
  as<T>(viewer: Viewer, work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /**
   * Yields what `read` yields, from one transaction as the viewer: for answers too long to hold. The connection is
   * given back when the reader ends or abandons the iteration.
   */
  stream<T>(
    viewer: Viewer,
    read: (tx: Transaction) => AsyncIterable<T>,
    options?: TransactionOptions,
  ): AsyncGenerator<T>;
  /**
   * The rows of one statement as the viewer, prepared once and for all: a transaction of its own for one message to
   * PostgreSQL. For hot paths with few texts of statements.
   */
  readOnce<Row>(viewer: Viewer, sql: string, values: readonly SqlValue[], options?: QuickOptions): Promise<Row[]>;
  /**
   * The same for what many ask at once with other values: as the same viewer they share a statement, which takes an
   * array for each value and says in its first column whose row it is, from 1 (shared-reads.ts). Rows come without
   * that column, as PostgreSQL writes them.
   */
  readTogether(viewer: Viewer, sql: string, values: readonly (string | number)[]): Promise<RawRow[]>;
  /** Runs `work` in one transaction with full rights. */
  asSystem<T>(reason: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * As `asSystem`, on a reserved connection: for small look-ups and interned values that commit by themselves.
   * Safe inside another transaction, which could otherwise wait for a connection that never comes free.
   */
  aside<T>(reason: string, work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Whether somebody waits for a connection: who holds one and hardly uses it should give it back. */
  isStarved(): boolean;
  /**
   * Calls `listener` for every notification on `channel`, also those of other processes; without a payload once it
   * listens, and again after each time in which it may have missed some.
   */
  listen(channel: string, listener: (payload: string) => void): void;
  readonly bitmaps: AccessBitmaps;
  close(): Promise<void>;
}

/** How a transaction is to be run. */
export interface TransactionOptions {
  /**
   * `once`: PostgreSQL plans each prepared statement once a connection, whatever its values. For transactions of small
   * statements that probe indexes by what they are given: planning them for their values takes longer than running them.
   */
  readonly plans?: 'once';
  /** Of one who may go away (of `as`): once it is aborted, what runs is stopped in PostgreSQL and the rest not begun. */
  readonly signal?: AbortSignal;
}

// ids are bigint in PostgreSQL and stay below 2^53, so they are plain numbers here; dates stay text.
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number;
    if (oid === pg.types.builtins.DATE) return (value: string) => value;
    if (oid === INT8_ARRAY) return (value: string) => parseIntegerArray(value);
    return pg.types.getTypeParser(oid, format);
  },
};
const INT8_ARRAY = 1016;

function parseIntegerArray(value: string): number[] {
  const inner = value.slice(1, -1);
  return inner === '' ? [] : inner.split(',').map(Number);
}

interface Run {
  readonly from: pg.Pool;
  readonly begin: string;
  /** Null for the system. */
  readonly viewer: Viewer | null;
  /** Of the bitmaps which `begin` was made from; 0 for the system. */
  readonly generation: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a pool. The schema must be migrated before the first `as`.
 *
 * `maxConnections` bounds the pool; a transaction waits for a free connection, it never opens more.
 */
export function openDatabase(connection: Connection, options: { maxConnections?: number } = {}): Database {
  const settings = typeof connection === 'string' ? { connectionString: connection } : connection;
  const pool = openPool({ ...settings, max: options.maxConnections ?? 16 });
  const reserved = openPool({ ...settings, max: 2 });
  const quick = createQuickReads({ ...settings, types });
  const shared = createSharedReads(quick);

  const listeners = new Map<string, Set<(payload: string) => void>>();
  const notifications = createListener({ ...settings }, listeners);
  const bitmaps = createAccessBitmaps((work) => aside('access bitmaps', work));
  listenOn('magpie_access', () => bitmaps.forget());

  function listenOn(channel: string, listener: (payload: string) => void): void {
    const known = listeners.get(channel) ?? new Set();
    known.add(listener);
    listeners.set(channel, known);
    notifications.subscribe(channel, listener);
  }

  async function run<T>(
    { from, begin, viewer, generation, signal }: Run,
    work: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    const client = await from.connect();
    let watch: Abandonment | undefined;
    const follow = viewer === null ? async () => {} : followAccess(client, viewer, generation);
    const tx = createTransaction(client, viewer, async () => {
      watch?.check();
      await follow();
    });
    let broken: Error | boolean | undefined;
    try {
      await client.query(begin);
      if (signal) watch = await watchForAbandonment(client, signal, stopAside);
      const result = await work(tx);
      await client.query('commit');
      tx.afterCommit();
      return result;
    } catch (error) {
      await client.query('rollback').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      const isStopped = await watch?.end();
      client.release(broken ?? isStopped);
    }
  }

  const stopAside = (sql: string, values: readonly number[]) =>
    aside('stop what nobody waits for', (tx) => tx.query(sql, values));

  /**
   * An audience that a write makes is a value committed beside it; its own transaction must see rows under it at once,
   * or it would lose what it has just written.
   */
  function followAccess(client: pg.PoolClient, viewer: Viewer, generation: number): () => Promise<void> {
    let bound = generation;
    return async () => {
      if (bound === bitmaps.generation) return;
      bound = bitmaps.generation;
      await client.query(await bitmaps.bindStatement(viewer));
    };
  }

  function aside<T>(reason: string, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return run({ from: reserved, begin: beginAsSystem(reason), viewer: null, generation: 0 }, work);
  }

  return {
    bitmaps,
    async as(viewer, work, options) {
      // Taken first: what changes while the statement is made has to be followed.
      const { generation } = bitmaps;
      const begin = beginWith(await bitmaps.beginStatement(viewer), options);
      return run({ from: pool, begin, viewer, generation, signal: options?.signal }, work);
    },
    async *stream(viewer, read, options) {
      const begin = beginWith(await bitmaps.beginStatement(viewer), options);
      const client = await pool.connect();
      let isRead = false;
      try {
        await client.query(begin);
        yield* read(createTransaction(client, viewer));
        isRead = true;
      } finally {
        // The reader has everything, and nothing was written: he need not wait for the end of the transaction. An
        // abandoned or failed read may leave a COPY running on the connection, so it is not used again.
        if (isRead)
          client.query('commit').then(
            () => client.release(),
            () => client.release(true),
          );
        else client.release(true);
      }
    },
    async readOnce(viewer, sql, values, options) {
      return quick.run(await bitmaps.beginStatement(viewer), { name: statementName(sql), text: sql }, values, options);
    },
    async readTogether(viewer, sql, values) {
      return shared.run(await bitmaps.beginStatement(viewer), { name: statementName(sql), text: sql }, values);
    },
    asSystem: (reason, work) => run({ from: pool, begin: beginAsSystem(reason), viewer: null, generation: 0 }, work),
    aside,
    isStarved: () => pool.waitingCount > 0,
    listen: listenOn,
    async close() {
      await notifications.close();
      await Promise.all([pool.end(), reserved.end(), quick.close()]);
    },
  };
}

function openPool(settings: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...settings, types, idleTimeoutMillis: 30_000, application_name: 'magpie' });
  // An idle connection that breaks (server restart) is dropped by the pool; the next statement opens a new one.
  pool.on('error', () => {});
  // One that breaks while in use rejects its statement; unheard, its error event would end the whole process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

function beginWith(begin: string, options: TransactionOptions | undefined): string {
  return options?.plans === 'once' ? `${begin}; set local plan_cache_mode = force_generic_plan` : begin;
}

function beginAsSystem(reason: string): string {
  const name = `magpie: ${reason.replaceAll(/[^\w :.-]/g, '').slice(0, 50)}`;
  return `begin; set local application_name = '${name}'`;
}

const KEEP_ALIVE_MS = 30_000;

/**
 * One connection of its own that listens; it reconnects by itself and then calls every listener, since what was sent
 * meanwhile is lost. It is silent for long, so that the system is asked to find out when the other side has gone.
 */
function createListener(settings: pg.ClientConfig, listeners: Map<string, Set<(payload: string) => void>>) {
  let client: pg.Client | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let opening: Promise<void> = Promise.resolve();

  async function open(): Promise<void> {
    if (closed || client !== null) return;
    const next = new pg.Client({
      ...settings,
      application_name: 'magpie: listen',
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    });
    next.on('notification', ({ channel, payload }) => {
      for (const listener of listeners.get(channel) ?? []) listener(payload ?? '');
    });
    next.on('error', () => reopen(next));
    next.on('end', () => reopen(next));
    try {
      await next.connect();
      client = next;
      for (const channel of listeners.keys()) await next.query(`listen ${pg.escapeIdentifier(channel)}`);
      for (const listener of [...listeners.values()].flatMap((of) => [...of])) listener('');
    } catch {
      reopen(next);
    }
  }

  function reopen(broken: pg.Client): void {
    if (closed || (client !== null && client !== broken)) return;
    client = null;
    clearTimeout(timer);
    timer = setTimeout(() => {
      opening = open();
    }, 1000);
    timer.unref();
  }

  return {
    subscribe(channel: string, listener: (payload: string) => void): void {
      opening = opening.then(async () => {
        const current = client;
        if (closed) return;
        if (current === null) await open();
        else {
          // A connection that breaks meanwhile is replaced by one that listens on all channels.
          await current.query(`listen ${pg.escapeIdentifier(channel)}`).then(
            () => listener(''),
            () => reopen(current),
          );
        }
      });
    },
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      await opening;
      await client?.end();
    },
  };
}
