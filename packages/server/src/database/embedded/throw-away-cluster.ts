import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clusterFolderIn } from './cluster-folder.ts';
import { connectionUrl } from './database-connection.ts';
import { acquireFileLock } from './file-lock.ts';
import { preparePostgresBinaries } from './platform-binaries.ts';
import { throwAwaySettings } from './postgres-settings.ts';
import { stopCluster } from './postmaster.ts';
import { startEmbeddedPostgres } from './start-embedded-postgres.ts';

const PREFIX = 'magpie-test-';
/** A younger folder may belong to a run that has not taken its lock yet. */
const MIN_ABANDONED_AGE_MS = 60_000;

/** A PostgreSQL for one test run; the user in its URL is a superuser. */
export type ThrowAwayCluster = Readonly<{ url: string; stop(): Promise<void> }>;

/**
 * Starts PostgreSQL in a temporary folder, without fsync; `stop` removes it.
 *
 * Clusters whose test run was killed are stopped and removed on the way.
 */
export async function startThrowAwayCluster(): Promise<ThrowAwayCluster> {
  await removeAbandonedClusters();
  const folder = await mkdtemp(join(tmpdir(), PREFIX));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, settings: throwAwaySettings });
  return {
    url: connectionUrl(postgres.connection),
    stop: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function removeAbandonedClusters(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (name.startsWith(PREFIX)) await removeWhenAbandoned(join(tmpdir(), name));
  }
}

/** A run holds its cluster's lock as long as it lives. */
async function removeWhenAbandoned(dataDir: string): Promise<void> {
  const found = await stat(dataDir).catch(() => null);
  const folder = clusterFolderIn(dataDir);
  if (found === null || Date.now() - found.mtimeMs < MIN_ABANDONED_AGE_MS || !existsSync(folder.lockFile)) return;
  const lock = acquireFileLock(folder.lockFile);
  if (lock === null) return;
  try {
    const binaries = await preparePostgresBinaries(folder.binaries, null);
    if (existsSync(folder.cluster)) await stopCluster(folder.cluster, binaries.pgCtl);
    await rm(dataDir, { recursive: true, force: true });
  } finally {
    lock.release();
  }
}
