import type { Magpie } from '../../../context.ts';
import { readMigrations } from '../../../database/migrate.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { QUEUES } from '../../../jobs/jobs.ts';
import { countWaiting } from '../jobs/queries.ts';

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
      handle: async () => {
        const waiting = await magpie.database.asSystem('waiting jobs', countWaiting);
        const ok = magpie.jobs.running;
        const worker = { pid: process.pid, user: '', alive: ok, correct_user: true, ok };
        const states = QUEUES.map((queue) => [queue, { ok, workers: [worker], jobCount: waiting.get(queue) ?? 0 }]);
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
