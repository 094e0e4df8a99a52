import { databaseTime } from '../database-time.ts';
import type { JobRow } from './queries.ts';

/** MISP's stored status, and the words of its queue. MISP knows no cancelled job: it has failed. */
const STATES = {
  waiting: { status: '1', name: 'Waiting' },
  running: { status: '2', name: 'Running' },
  failed: { status: '3', name: 'Failed' },
  done: { status: '4', name: 'Completed' },
  cancelled: { status: '3', name: 'Failed' },
} as const;

/** An entry of MISP's list of jobs; `isWorked`: something works off the queue. */
export function jobWire(row: JobRow, isWorked: boolean): Record<string, unknown> {
  const { status, name } = STATES[row.state];
  return {
    Job: {
      id: String(row.id),
      worker: row.queue,
      job_type: row.job_type,
      job_input: row.title,
      status,
      retries: String(row.retries),
      message: row.message,
      progress: String(row.progress),
      org_id: String(row.org_id),
      process_id: row.process_id,
      date_created: databaseTime(row.created),
      date_modified: databaseTime(row.modified),
      job_status: name,
      failed: status === '3',
      worker_status: isWorked,
    },
    Org:
      row.org_name === null
        ? { id: null, name: null, uuid: null }
        : { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid },
  };
}

/** State and progress of one job, keyed by its id. */
export function progressWire(rows: readonly JobRow[]): unknown {
  if (rows.length === 0) return [];
  return Object.fromEntries(
    rows.map((row) => [String(row.id), { job_status: STATES[row.state].name, progress: row.progress }]),
  );
}
