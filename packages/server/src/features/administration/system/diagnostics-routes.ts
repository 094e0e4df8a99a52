import type { Magpie } from '../../../context.ts';
import { readMigrations } from '../../../database/migrate.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';

/** MISP's queues; all of Magpie's work is done by its own process. */
const queues = ['cache', 'default', 'email', 'prio', 'update'] as const;

/** What MISP's maintenance pages ask for. Magpie updates and repairs itself, so there is little to tell. */
export function diagnosticsOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'servers.dbSchemaDiagnostic',
      summary: 'Whether the database has the schema this program expects',
      path: '/servers/dbSchemaDiagnostic',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async () => {
        const expected = await readMigrations();
        const applied = await magpie.database.asSystem('schema diagnostic', (tx) =>
          tx.first<{ n: number }>('select count(*) as n from schema_migrations'),
        );
        return json({
          dataSource: 'PostgreSQL',
          actual_db_version: String(applied?.n ?? 0),
          checked_table_column: [],
          diagnostic: [],
          diagnostic_index: [],
          expected_db_version: String(expected.length),
          error: '',
          update_locked: false,
          remaining_lock_time: 0,
          update_fail_number_reached: false,
          indexes: [],
          columnPerTable: [],
        });
      },
    },
    {
      name: 'servers.getWorkers',
      summary: 'State of the background work',
      path: '/servers/getWorkers',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: () => {
        const worker = { pid: process.pid, user: '', alive: true, correct_user: true, ok: true };
        const states = queues.map((queue) => [queue, { ok: true, workers: [worker], jobCount: 0 }]);
        return json({
          ...Object.fromEntries(states),
          proc_accessible: true,
          controls: false,
          supervisord_status: true,
        });
      },
    },
    {
      name: 'servers.update',
      summary: 'Nothing to do: a new version is installed by whoever runs the instance',
      path: '/servers/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: () => json({ results: [] }),
    },
  ];
}
