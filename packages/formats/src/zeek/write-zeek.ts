import { type IntelHalf, intelTypes } from './intel-types.ts';

/** A half of an attribute's value that may be an indicator. */
export interface IntelValue {
  readonly type: string;
  readonly half: IntelHalf;
  readonly value: string;
  readonly comment: string;
  readonly event: { readonly id: string; readonly uuid: string; readonly info: string; readonly orgc: string };
}

/** What an intelligence file says of where it comes from. */
export interface ZeekOptions {
  /** Groups of types: see `intelGroups`. */
  readonly groups: readonly string[];
  /** The organisation that runs this instance; empty where none is set. */
  readonly hostOrganisation: string;
  readonly baseUrl: string;
}

const HEAD = '#fields\tindicator\tindicator_type\tmeta.source\tmeta.desc\tmeta.url\tmeta.do_notice\tmeta.if_in\n';

/**
 * Indicators for the intelligence framework of Zeek (docs.zeek.org, "Intelligence Framework": tab-separated, a head line
 * that names the fields). They are to come sorted by value: equal lines are then told once.
 */
export async function* writeZeek(
  batches: AsyncIterable<readonly IntelValue[]>,
  options: ZeekOptions,
): AsyncGenerator<string> {
  let last = '';
  let seen = new Set<string>();
  yield HEAD;
  for await (const rows of batches) {
    let text = '';
    for (const row of rows) {
      if (row.value !== last) {
        last = row.value;
        seen = new Set();
      }
      for (const line of linesOf(row, options)) {
        if (seen.has(line)) continue;
        seen.add(line);
        text += line;
      }
    }
    if (text !== '') yield text;
  }
}

function linesOf(row: IntelValue, { groups, hostOrganisation, baseUrl }: ZeekOptions): string[] {
  const { event } = row;
  const source = plain(`${hostOrganisation} MISP (${event.uuid}) - ${event.orgc}`.trimStart());
  const description = plain(`${event.info}. ${row.comment}`);
  return intelTypes(row.type, row.half, groups).flatMap((intel) => {
    const indicator = indicatorOf(row.value, intel);
    if (indicator === '') return [];
    const type = intel === 'ADDR' && indicator.includes('/') ? 'SUBNET' : intel;
    return `${indicator}\tIntel::${type}\t${source}\t${description}\t${baseUrl}/events/view/${event.id}\tT\t-\n`;
  });
}

function indicatorOf(value: string, intel: string): string {
  const text = value.replaceAll(/[\t\r\n]+/g, ' ').trim();
  // Zeek compares what stands behind the scheme.
  return escaped(intel === 'URL' ? text.replace(/^https?:\/\//i, '') : text);
}

/**
 * Zeek's reader takes `\x2d` for a byte, whatever is meant; a line that begins with `#` for a comment or a head; and `-`
 * and `(empty)` for nothing. (docs.zeek.org, "Input Framework", ASCII reader.)
 */
function escaped(text: string): string {
  const safe = text.replaceAll(/\\(?=x[0-9A-Fa-f]{2})/g, '\\x5c');
  if (!/^(?:#|-$|\(empty\)$)/.test(safe)) return safe;
  return `\\x${safe.charCodeAt(0).toString(16)}${safe.slice(1)}`;
}

/** On one line, without markup and letters beyond ASCII. */
function plain(text: string): string {
  return withoutMarkup(text.replaceAll(/[\t\r\n]+/g, ' '))
    .replaceAll(/[^\x20-\x7e]/g, '')
    .trimEnd();
}

/** What follows the last `>` holds no markup: looked at again for every `<`, it would take time by its square. */
function withoutMarkup(text: string): string {
  const end = text.lastIndexOf('>') + 1;
  return text.slice(0, end).replaceAll(/<[^>]*>/g, '') + text.slice(end);
}
