import type { ExportAttribute } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';

/** Sigma rules as they were shared, as one stream of YAML documents (YAML 1.2, section 9.2). */
export function writeSigma(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<string> {
  return writeItems(batches, ({ type, uuid, value1, event }) => {
    if (type !== 'sigma') return null;
    const rule = value1
      .replaceAll(/\r\n?/g, '\n')
      .replace(/^---\n/, '')
      .trimEnd();
    return `---\n# attribute ${uuid} of event ${event.uuid}\n${rule}\n`;
  });
}
