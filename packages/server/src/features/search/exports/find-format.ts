import type { Magpie } from '../../../context.ts';
import { findModuleFormat } from '../../automation/modules/module-format.ts';
import { findExporter } from '../custom-exporters/find-exporter.ts';
import type { ExportFormat } from './export-format.ts';
import { exportFormats } from './formats.ts';

/** Where formats come from that are not part of the program: exporters of the administrator, export modules. */
export type FormatSource = (magpie: Magpie, name: string) => Promise<ExportFormat | null>;

/** Asked in this order when no format of the program has the name. */
const sources: readonly FormatSource[] = [findExporter, findModuleFormat];

/** The format of this name; null when there is none. */
export async function findFormat(magpie: Magpie, name: string): Promise<ExportFormat | null> {
  const own = exportFormats.get(name);
  if (own) return own;
  for (const source of sources) {
    const found = await source(magpie, name);
    if (found) return found;
  }
  return null;
}
