/** The parts of the server that tests build on, in one place. */
export { buildApp } from '@magpie/server/app.ts';
export { readConfig } from '@magpie/server/config/index.ts';
export type { Magpie } from '@magpie/server/context.ts';
export { type Database, openDatabase } from '@magpie/server/database/database.ts';
export { startThrowAwayCluster } from '@magpie/server/database/embedded/index.ts';
export { migrate, readMigrations } from '@magpie/server/database/migrate.ts';
export { prepareFirstStart } from '@magpie/server/features/administration/first-start/first-start.ts';
