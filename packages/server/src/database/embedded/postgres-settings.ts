import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** Server settings by name, as `postgres -c name=value` takes them. */
export type PostgresSettings = Readonly<Record<string, string>>;

/** Bounds of `shared_buffers` in megabytes: enough for the smallest machine, no more than what look-ups gain from. */
const BUFFERS = { least: 192, most: 4096 };

/**
 * Settings of the embedded server: small when idle, sized for bulk ingest, safe in a crash.
 *
 * `shared_buffers` is a quarter of the memory, as PostgreSQL's manual advises: look-ups of many values touch pages all
 * over the indexes, and fetching each from the system's cache costs more than the look-up. It is mapped lazily, so an
 * idle server holds only what was touched.
 */
export function productSettings(memoryBytes = availableMemory()): PostgresSettings {
  const megabytes = Math.floor(memoryBytes / 1024 / 1024);
  const buffers = Math.min(BUFFERS.most, Math.max(BUFFERS.least, Math.floor(megabytes / 4)));
  return {
    shared_buffers: `${buffers}MB`,
    effective_cache_size: `${Math.max(256, Math.floor(megabytes / 2))}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    max_connections: '60',
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    // Compiling plans costs more than it saves on the short statements served here.
    jit: 'off',
    max_locks_per_transaction: '128',
    // Error texts repeat the statement's values, which may be secrets; the server reports them itself.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

/** Where the platforms' builds keep the library, as seen from the folder above the program's. */
const PREWARM = ['lib/postgresql/pg_prewarm.so', 'lib/postgresql/pg_prewarm.dylib', 'lib/pg_prewarm.dll'];

/**
 * Settings by which a server that is started again reads back, in the background, what its memory held before: a large
 * instance is otherwise slow for as long as its indexes come from disk page by page. None where the build lacks that.
 */
export function prewarmSettings(postgresProgram: string): PostgresSettings {
  const root = join(dirname(postgresProgram), '..');
  return PREWARM.some((library) => existsSync(join(root, library))) ? { shared_preload_libraries: 'pg_prewarm' } : {};
}

/** Of the machine, or of the container that bounds this process. */
function availableMemory(): number {
  const bound = process.constrainedMemory();
  return bound > 0 ? Math.min(totalmem(), bound) : totalmem();
}

/** What a throw-away cluster adds for speed: a crash of the machine may destroy it. */
export const throwAwaySettings: PostgresSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '128MB',
  shared_preload_libraries: '',
  max_connections: '200',
  max_wal_size: '1GB',
  autovacuum_naptime: '10min',
};
