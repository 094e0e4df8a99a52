import type { Magpie } from '../../../context.ts';
import { createPlaces } from '../../../http/places.ts';
import type { ExportFormat } from '../exports/export-format.ts';
import { exportRows } from '../exports/rows.ts';
import { type ExporterFile, exporterNames, readExporter } from './exporter-file.ts';
import type { ExporterFormat } from './protocol.ts';
import { describeExporter, runExporter } from './run-exporter.ts';

/** Of the whole program, since it is the machine that they share. */
const places = createPlaces({ atOnce: 2, ofUser: 1, waiting: 16, waitingOfUser: 2, waitMs: 60_000 });

/** The exporter of this name as a format: the file `exporters/<name>.ts`, `.mjs` or `.js`; null when there is none. */
export async function findExporter(magpie: Magpie, name: string): Promise<ExportFormat | null> {
  const file = await readExporter(magpie, name);
  if (file === null) return null;
  const { contentType, extension, scopes, restrictive } = await formatOf(name, file);
  return {
    contentType,
    extension,
    responseFormat: Object.fromEntries(scopes.map((scope) => [scope, extension])),
    isRestrictive: restrictive,
    admit: (viewer) => places.enter(viewer.userId),
    write: (search) => {
      const wanted = { event: true, tags: true, eventTags: true, objects: search.scope === 'events' };
      return runExporter(file, exportRows(search, wanted), {
        scope: search.scope,
        baseUrl: magpie.config.baseUrl,
        organisation: search.viewer.organisationName,
        now: magpie.now(),
        options: search.parameters.get('options') ?? null,
      });
    },
  };
}

/** The exporters that can be asked for, with what they say of their formats; broken ones are left out. */
export async function listExporters(magpie: Magpie): Promise<(ExporterFormat & { name: string })[]> {
  const listed: (ExporterFormat & { name: string })[] = [];
  for (const name of await exporterNames(magpie)) {
    const file = await readExporter(magpie, name).catch(() => null);
    const format = file && (await formatOf(name, file).catch(() => null));
    if (format) listed.push({ name, ...format });
  }
  return listed;
}

/** What files said last, so that a process is started for them once, and again when they change. */
const known = new Map<string, { readonly source: string; readonly format: Promise<ExporterFormat> }>();
const MOST_KNOWN = 100;
/** A file that failed may have failed for want of time. */
const FAILURE_KEPT_MS = 10_000;

function formatOf(name: string, file: ExporterFile): Promise<ExporterFormat> {
  const found = known.get(name);
  if (found?.source === file.source) return found.format;
  if (known.size >= MOST_KNOWN) known.clear();
  const format = describeExporter(file);
  const entry = { source: file.source, format };
  known.set(name, entry);
  format.catch(() => {
    setTimeout(() => known.get(name) === entry && known.delete(name), FAILURE_KEPT_MS).unref();
  });
  return format;
}
