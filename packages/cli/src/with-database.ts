import { composeMagpie } from '@magpie/server/app.ts';
import { DataFolderInUse, lockDataFolder } from '@magpie/server/config/data-folder-lock.ts';
import type { Config } from '@magpie/server/config/index.ts';
import type { Magpie } from '@magpie/server/context.ts';
import { type Database, openDatabase } from '@magpie/server/database/database.ts';
import { openDatabaseServer } from '@magpie/server/database/database-server.ts';
import { migrate } from '@magpie/server/database/migrate.ts';
import { prepareFirstStart } from '@magpie/server/features/administration/first-start/first-start.ts';
import { describeAdministrator } from './first-administrator.ts';

/** A migrated database and the names of the migrations that were missing. */
export type OpenDatabase = Readonly<{ database: Database; applied: readonly string[] }>;

/**
 * Runs `work` on the instance's database, migrated.
 *
 * Beside a running Magpie it uses the database that one has started; otherwise it starts
 * it for the time of the work, and nothing else can start meanwhile.
 */
export async function withDatabase<T>(config: Config, work: (open: OpenDatabase) => Promise<T>): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const connection = await reachDatabase(config, opened);
  const database = openDatabase(connection, { maxConnections: 4 });
  opened.defer(() => database.close());
  return await work({ database, applied: await migrate(database) });
}

/**
 * As {@link withDatabase}, with everything the features are given.
 *
 * On an empty database this is the first start: organisation and administrator are made, and the password is shown.
 */
export async function withMagpie<T>(config: Config, work: (magpie: Magpie) => Promise<T>): Promise<T> {
  return withDatabase(config, async ({ database }) => {
    const magpie = await composeMagpie(config, database);
    const { adminEmail, adminPassword } = await prepareFirstStart(magpie, config.firstAdmin);
    if (adminEmail !== undefined) console.log(describeAdministrator(adminEmail, adminPassword));
    return work(magpie);
  });
}

async function reachDatabase(config: Config, opened: AsyncDisposableStack) {
  try {
    const lock = await lockDataFolder(config.dataDir);
    opened.defer(() => lock.release());
    const server = await openDatabaseServer(config, console.error);
    opened.defer(() => server.stop());
    await lock.publish({ url: null, database: server.connection });
    return server.connection;
  } catch (error) {
    if (error instanceof DataFolderInUse && error.holder?.database) return error.holder.database;
    throw error;
  }
}
