export { type ApiAnswer, type ApiClient, createApiClient, member } from './client.ts';
export { stopOwnCluster } from './cluster.ts';
export { databaseDigest } from './database-digest.ts';
export {
  type Made,
  type MadeUser,
  makeAttribute,
  makeEvent,
  makeObject,
  makeOrganisation,
  makeSharingGroup,
  makeTag,
  makeUser,
} from './factories.ts';
export { createTestDatabase, type TestDatabase } from './test-database.ts';
export { startTestMagpie, type TestMagpie, type TestMagpieOptions } from './test-magpie.ts';
