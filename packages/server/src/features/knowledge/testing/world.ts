import { tmpdir } from 'node:os';
import { createTestDatabase } from '@magpie/testkit';
import type { Viewer } from '../../../access/viewer.ts';
import { readConfig } from '../../../config/config.ts';
import type { Magpie } from '../../../context.ts';
import { type Database, openDatabase } from '../../../database/database.ts';
import { createOutgoing } from '../../../outgoing/outgoing.ts';
import { loadSettings } from '../../administration/settings/settings.ts';

/** A migrated database with two organisations, and viewers of them. */
export interface KnowledgeWorld {
  database: Database;
  magpie: Pick<Magpie, 'config' | 'database' | 'outgoing' | 'settings'>;
  alpha: number;
  beta: number;
  viewer(organisationId: number, flags: readonly string[], userId?: number): Viewer;
  close(): Promise<void>;
}

/** Prepares a database of its own for one test file. */
export async function createKnowledgeWorld(): Promise<KnowledgeWorld> {
  const test = await createTestDatabase();
  const database = openDatabase(test.url, { maxConnections: 6 });
  const [alpha = 0, beta = 0] = await database.asSystem('test organisations', async (tx) => {
    const rows = await tx.query<{ id: number }>(
      `insert into organisations (uuid, name, local) values (gen_random_uuid(), 'Alpha', true), (gen_random_uuid(), 'Beta', true)
       returning id`,
    );
    return rows.map((row) => row.id);
  });
  return {
    database,
    magpie: {
      config: readConfig({ MAGPIE_DATA_DIR: tmpdir() }),
      database,
      outgoing: createOutgoing({ userAgent: () => 'Magpie' }),
      settings: await loadSettings(database),
    },
    alpha,
    beta,
    viewer: (organisationId, flags, userId = organisationId) => ({
      userId,
      email: `user${userId}@example.test`,
      organisationId,
      organisationUuid: '00000000-0000-4000-8000-000000000000',
      organisationName: 'Organisation',
      roleId: 3,
      roleName: 'User',
      flags: new Set(flags),
      authKeyId: null,
      readOnly: false,
      ip: null,
      requestId: null,
    }),
    async close() {
      await database.close();
      await test.drop();
    },
  };
}
