import { startThrowAwayCluster } from './server-parts.ts';

let own: Promise<string> | null = null;

/**
 * URL of a PostgreSQL in which databases may be made and dropped, as a superuser: the one of the test run
 * (MAGPIE_TEST_DATABASE_URL), or one that is started for this process and ends with it.
 */
export function testCluster(): Promise<string> {
  const url = process.env.MAGPIE_TEST_DATABASE_URL;
  if (url) return Promise.resolve(url);
  own ??= startOwnCluster();
  return own;
}

/** Stops the PostgreSQL that `testCluster` started, if it did. */
export let stopOwnCluster: () => Promise<void> = async () => {};

async function startOwnCluster(): Promise<string> {
  const cluster = await startThrowAwayCluster();
  stopOwnCluster = async () => {
    stopOwnCluster = async () => {};
    own = null;
    await cluster.stop();
  };
  return cluster.url;
}
