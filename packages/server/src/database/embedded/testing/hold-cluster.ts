import { connectionUrl } from '../database-connection.ts';
import { startEmbeddedPostgres } from '../start-embedded-postgres.ts';

// A process for tests to kill: starts PostgreSQL on the folder it is given, says so, and waits.
const postgres = await startEmbeddedPostgres({ dataDir: String(process.argv[2]) });
process.stdout.write(`${JSON.stringify({ url: connectionUrl(postgres.connection), pid: postgres.pid() })}\n`);
process.on('SIGTERM', () => void postgres.stop());
