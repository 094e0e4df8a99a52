/** The parts of the server that tests build on, in one place. */
export { buildApp, composeMagpie } from '@magpie/server/app';
export { type Config, readConfig } from '@magpie/server/config/index';
export type { Magpie } from '@magpie/server/context';
export { type Database, openDatabase } from '@magpie/server/database/database';
export { startThrowAwayCluster } from '@magpie/server/database/embedded/index';
export { migrate, readMigrations } from '@magpie/server/database/migrate';
export { prepareFirstStart } from '@magpie/server/features/administration/first-start/first-start';
export { updateContent } from '@magpie/server/features/knowledge/content/update';
