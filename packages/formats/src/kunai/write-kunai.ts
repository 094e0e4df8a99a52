import type { ExportAttribute } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';

// Types that Kunai looks for with what it calls their severity; of composites the second half is the indicator.
const severities: Readonly<Record<string, number>> = {
  md5: 10,
  sha1: 10,
  sha256: 10,
  sha512: 10,
  'filename|md5': 10,
  'filename|sha1': 10,
  'filename|sha256': 10,
  'filename|sha512': 10,
  'malware-sample': 10,
  domain: 7,
  hostname: 7,
  'ip-dst': 5,
  'domain|ip': 5,
};

/** The types that Kunai takes. */
export const kunaiTypes: readonly string[] = Object.keys(severities);

/** Indicators for Kunai (why.kunai.rocks, "IoC file"): one JSON list, without a line break at its end. */
export function writeKunai(
  batches: AsyncIterable<readonly ExportAttribute[]>,
  { source }: { readonly source: string },
): AsyncGenerator<string> {
  let separator = '';
  const item = ({ type, uuid, value1, value2, event }: ExportAttribute) => {
    const severity = severities[type];
    if (severity === undefined) return null;
    const value = value2 === '' ? value1 : value2;
    const text = JSON.stringify({ type, uuid, source, value, event_uuid: event.uuid, severity });
    const written = separator + text;
    separator = ', ';
    return written;
  };
  return writeItems(batches, item, { opening: '[', closing: ']' });
}
