import type { ExportAttribute } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';

/** What no YAML may hold (YAML 1.2, section 5.1): readers refuse the whole stream for it. */
const REFUSED = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/gu;

/**
 * Sigma rules as they were shared, as one stream of YAML documents (YAML 1.2, section 9.2), without letters that YAML
 * cannot hold and the marks of byte order that editors leave.
 */
export function writeSigma(batches: AsyncIterable<readonly ExportAttribute[]>): AsyncGenerator<string> {
  return writeItems(batches, ({ type, uuid, value1, event }) => {
    if (type !== 'sigma') return null;
    const rule = value1
      .replaceAll(REFUSED, '')
      .replaceAll(/\r\n?/g, '\n')
      .replace(/^---\n/, '')
      .trimEnd();
    return `---\n# attribute ${uuid} of event ${event.uuid}\n${rule}\n`;
  });
}
