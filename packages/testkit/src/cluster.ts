import { startThrowAwayCluster } from './server-parts.ts';

type Cluster = Awaited<ReturnType<typeof startThrowAwayCluster>>;

let own: Promise<Cluster> | null = null;

/**
 * URL of a PostgreSQL in which databases may be made and dropped, as a superuser: the one of the test run
 * (MAGPIE_TEST_DATABASE_URL), or one that is started for this process; `stopOwnCluster` ends that.
 */
export async function testCluster(): Promise<string> {
  const url = process.env.MAGPIE_TEST_DATABASE_URL;
  if (url) return url;
  own ??= startThrowAwayCluster();
  return (await own).url;
}

/** Stops the PostgreSQL that `testCluster` started, if it did. */
export async function stopOwnCluster(): Promise<void> {
  const cluster = own;
  own = null;
  await (await cluster)?.stop();
}
