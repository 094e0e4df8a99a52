export { connectionUrl, type DatabaseConnection } from './database-connection.ts';
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './start-embedded-postgres.ts';
export { startThrowAwayCluster, type ThrowAwayCluster } from './throw-away-cluster.ts';
