import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApiClient, createApiClient } from './client.ts';
import { contentFolder, contentTemplate, hasContent } from './content-template.ts';
import { type Made, makeOrganisation, makeUser } from './factories.ts';
import { buildApp, type Magpie, openDatabase, prepareFirstStart, readConfig } from './server-parts.ts';
import { createTestDatabase, type Template } from './test-database.ts';

const adminEmail = 'admin@admin.test';
const adminPassword = 'Correct-Horse-9-Battery';
const adminKey = 'AdminKeyAdminKeyAdminKeyAdminKeyAdminKey';

/** A whole Magpie of a test: a real HTTP server on a free port, on a database of its own. */
export interface TestMagpie {
  readonly url: string;
  readonly adminEmail: string;
  readonly adminPassword: string;
  /** Key of the site administrator, user 1 of organisation 1 `ORGNAME`. */
  readonly adminKey: string;
  /** A client with the administrator's key. */
  readonly admin: ApiClient;
  /** A client with another key; null for none. */
  readonly client: (key: string | null) => ApiClient;
  /** A client of a new user: of this organisation, or one of his own; role 3, "User", unless said otherwise. */
  readonly user: (organisation?: Made, role?: string) => Promise<ApiClient>;
  /** What features are given, for tests that look behind the API. */
  readonly magpie: Magpie;
  readonly databaseUrl: string;
  readonly stop: () => Promise<void>;
}

/** Settings of a test instance, by the names of the environment (`MAGPIE_BODY_LIMIT`, ...). */
export interface TestMagpieOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** With the public libraries imported, where they lie beside this repository; without them otherwise. */
  readonly withContent?: boolean;
  /** A Magpie on whose database this is another process, with a data folder of its own. It has to be stopped first. */
  readonly beside?: TestMagpie;
}

/** Starts a Magpie; a second call gives a peer that shares nothing with the first. */
export async function startTestMagpie(options: TestMagpieOptions = {}): Promise<TestMagpie> {
  const started = new AsyncDisposableStack();
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'magpie-data-'));
    started.defer(() => rm(dataDir, { recursive: true, force: true }));
    const withContent = options.withContent === true && hasContent();
    const config = readConfig({
      ...settings(dataDir, await findFreePort()),
      ...(withContent ? { MAGPIE_CONTENT_SOURCE: contentFolder } : {}),
      ...options.environment,
    });
    const template = withContent ? await contentTemplate(config) : undefined;
    const databaseUrl = options.beside?.databaseUrl ?? (await makeDatabase(template, started));
    const database = openDatabase(databaseUrl, { maxConnections: 8 });
    started.defer(() => database.close());
    const { magpie, http } = await buildApp(config, database);
    started.defer(() => http.close());
    await prepareFirstStart(magpie, config.firstAdmin);
    await http.listen({ host: config.host, port: config.port });
    const url = `http://${config.host}:${config.port}`;
    const admin = createApiClient(url, adminKey);
    return {
      url,
      adminEmail,
      adminPassword,
      adminKey,
      admin,
      client: (key) => createApiClient(url, key),
      user: async (organisation, role = '3') => {
        const { id } = organisation ?? (await makeOrganisation(admin));
        return createApiClient(url, (await makeUser(admin, { org_id: id, role_id: role })).key);
      },
      magpie,
      databaseUrl,
      stop: () => started.disposeAsync(),
    };
  } catch (error) {
    await started.disposeAsync();
    throw error;
  }
}

async function makeDatabase(template: Template | undefined, started: AsyncDisposableStack): Promise<string> {
  const testDatabase = await createTestDatabase(template);
  started.defer(() => testDatabase.drop());
  return testDatabase.url;
}

function settings(dataDir: string, port: number): Record<string, string> {
  return {
    MAGPIE_DATA_DIR: dataDir,
    MAGPIE_PORT: String(port),
    MAGPIE_ADMIN_EMAIL: adminEmail,
    MAGPIE_ADMIN_PASSWORD: adminPassword,
    MAGPIE_ADMIN_KEY: adminKey,
    MAGPIE_ORG_NAME: 'ORGNAME',
    MAGPIE_LOG_LEVEL: process.env.MAGPIE_TEST_LOG_LEVEL ?? 'error',
  };
}

function findFreePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
