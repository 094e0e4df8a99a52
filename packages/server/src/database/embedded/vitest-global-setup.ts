import { startThrowAwayCluster, type ThrowAwayCluster } from './throw-away-cluster.ts';

let cluster: ThrowAwayCluster | null = null;

/**
 * Runs once before all tests: gives them a PostgreSQL in MAGPIE_TEST_DATABASE_URL.
 *
 * A URL that is already set is used as it is; its user must be a superuser.
 */
export async function setup(): Promise<void> {
  if (process.env.MAGPIE_TEST_DATABASE_URL) return;
  cluster = await startThrowAwayCluster();
  process.env.MAGPIE_TEST_DATABASE_URL = cluster.url;
}

/** Runs once after all tests. */
export async function teardown(): Promise<void> {
  await cluster?.stop();
}
