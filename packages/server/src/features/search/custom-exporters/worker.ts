import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { ExportAttribute } from '@magpie/formats';
import type { ExporterFormat, FromWorker, ToWorker, WorkerTask } from './protocol.ts';

/** Runs in a thread of its own: one exporter's file, for one export. */
async function run(task: WorkerTask): Promise<void> {
  const exporter: Record<string, unknown> = await import(pathToFileURL(task.file).href);
  tell({ kind: 'format', format: readFormat(exporter.format) });
  if (task.context === null) return;
  const { write } = exporter;
  if (typeof write !== 'function') throw new Error('it exports no function `write`');
  for await (const text of write(attributes(), task.context)) {
    if (typeof text !== 'string') throw new Error('`write` must yield texts');
    tell({ kind: 'piece', text });
    await answer();
  }
  tell({ kind: 'done' });
}

async function* attributes(): AsyncGenerator<readonly ExportAttribute[]> {
  for (;;) {
    tell({ kind: 'wants' });
    const told = await answer();
    if (told.kind !== 'rows' || told.rows === null) return;
    yield told.rows;
  }
}

function tell(message: FromWorker): void {
  parentPort?.postMessage(message);
}

function answer(): Promise<ToWorker> {
  return new Promise((resolve) => parentPort?.once('message', resolve));
}

function readFormat(sent: unknown): ExporterFormat {
  if (typeof sent !== 'object' || sent === null) throw new Error('it exports no object `format`');
  const { contentType, extension, scopes, restrictive }: Partial<Record<string, unknown>> = { ...sent };
  if (typeof contentType !== 'string' || !/^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/.test(contentType)) {
    throw new Error('`format.contentType` must be a media type');
  }
  if (typeof extension !== 'string' || !/^\w{1,10}$/.test(extension)) {
    throw new Error('`format.extension` must be a file extension without a dot');
  }
  const known = (Array.isArray(scopes) ? scopes : ['events', 'attributes']).filter(
    (scope) => scope === 'events' || scope === 'attributes',
  );
  return { contentType, extension, scopes: known, restrictive: restrictive === true };
}

run(workerData).catch((error: unknown) => {
  tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
});
