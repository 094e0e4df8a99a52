import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Refused, TooLarge } from '../../../errors.ts';
import type { ExportFormat } from '../../search/exports/export-format.ts';
import type { ExportSearch } from '../../search/exports/export-search.ts';
import { foundEvents } from '../../search/exports/found-events.ts';
import type { ModuleDescriptor } from './descriptor.ts';
import { exportByModule } from './export-module.ts';
import { isFamilyOn } from './families.ts';
import { moduleAccess } from './module-options.ts';

const MAX_EVENTS = 1000;

/**
 * An export module as a format of event searches, by the module's name; null when no such module is offered. Throws
 * `Refused` when it is but its service cannot be reached.
 */
export async function findModuleFormat(magpie: Magpie, name: string): Promise<ExportFormat | null> {
  const { settings, modules } = magpie;
  // Looked at first: the service is not asked for names that somebody tries.
  if (!isFamilyOn(settings, 'Export') || !moduleAccess(settings, 'Export', name).isOn) return null;
  const list = await modules.known('Export');
  if (!list.ok) throw new Refused(list.message);
  const descriptor = list.value.find((module) => module.name === name && module.uses.has('export'));
  return descriptor === undefined ? null : formatOf(descriptor);
}

/** Names and extensions of the export modules that the viewer may use; none when the service is down. */
export async function moduleFormatNames(
  magpie: Magpie,
  viewer: Viewer,
): Promise<{ name: string; extension: string }[]> {
  if (!isFamilyOn(magpie.settings, 'Export') || !(await magpie.modules.known('Export')).ok) return [];
  const offered = await magpie.modules.offered('Export', viewer);
  return offered.map(({ descriptor: { name, extension } }) => ({ name, extension }));
}

function formatOf({ name, responseType, extension }: ModuleDescriptor): ExportFormat {
  return {
    contentType: responseType,
    extension,
    responseFormat: { events: extension },
    isRestrictive: false,
    isBinary: true,
    write: async (search, _head, magpie) => {
      const module = await magpie.modules.find('Export', search.viewer, name);
      const { tx, viewer, excludeLocalTags } = search;
      const ids = await readIds(search);
      const bytes = await exportByModule(magpie, tx, viewer, module, ids, { reading: { excludeLocalTags } });
      return inOnePiece(bytes);
    },
  };
}

async function readIds(search: ExportSearch): Promise<number[]> {
  const { sql, values } = foundEvents(search);
  const rows = await search.tx.query<{ id: number }>(`select id from (${sql}) found limit ${MAX_EVENTS + 1}`, values);
  if (rows.length > MAX_EVENTS) throw new TooLarge(`An export module takes at most ${MAX_EVENTS} events at once.`);
  return rows.map((row) => row.id);
}

async function* inOnePiece(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
