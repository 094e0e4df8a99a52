import { parseCsv } from '../csv/parse-csv.ts';
import { DocumentRefused, type Found, type JsonObject, notTaken } from '../read/reading.ts';

const demanded = ['Type', 'Value', 'Confidence', 'Description', 'Source'];

/** Confidence of ThreatConnect is 0 to 100; above this MISP detects. */
const SURE = 51;

/** Attribute type and category by ThreatConnect's type of indicator; files are told apart by the length of the hash. */
const types: ReadonlyMap<string, readonly [type: string, category: string]> = new Map([
  ['Address', ['ip-dst', 'Network activity']],
  ['Host', ['domain', 'Network activity']],
  ['EmailAddress', ['email-src', 'Payload delivery']],
  ['URL', ['url', 'Network activity']],
]);
const hashes: ReadonlyMap<number, string> = new Map([
  [32, 'md5'],
  [40, 'sha1'],
  [64, 'sha256'],
]);

/** Whether a first row is that of ThreatConnect's export of indicators. */
export function isThreatConnectHeader(cells: readonly string[]): boolean {
  return demanded.every((title) => cells.some((cell) => cell.trim() === title));
}

/**
 * ThreatConnect's CSV of indicators as one event: type, value, confidence and description of each, and every source once.
 * Throws `DocumentRefused` without the columns Type, Value, Confidence, Description and Source.
 */
export function* readThreatConnect(text: string, info: string): Generator<Found> {
  let titles: string[] | null = null;
  const attributes: JsonObject[] = [];
  const sources = new Set<string>();
  for (const { cells, line } of parseCsv(text, ',')) {
    if (titles === null) {
      if (!isThreatConnectHeader(cells)) {
        throw new DocumentRefused(`This is no export of ThreatConnect: its columns are not ${demanded.join(', ')}.`);
      }
      titles = cells.map((cell) => cell.trim());
      continue;
    }
    const row = new Map(titles.map((title, index) => [title, (cells[index] ?? '').trim()]));
    const attribute = readIndicator(row);
    if (typeof attribute === 'string') yield notTaken(`line ${line}`, attribute);
    else {
      attributes.push(attribute);
      sources.add(row.get('Source') ?? '');
    }
  }
  if (titles === null) throw new DocumentRefused('The file is empty.');
  yield { kind: 'event', event: { info, Attribute: [...attributes, ...[...sources].flatMap(sourceAttribute)] } };
}

function readIndicator(row: ReadonlyMap<string, string>): JsonObject | string {
  const type = row.get('Type') ?? '';
  const value = row.get('Value') ?? '';
  const fields = { comment: row.get('Description') ?? '', to_ids: Number(row.get('Confidence')) > SURE };
  if (type === 'File') {
    const hash = hashes.get(value.length);
    if (hash === undefined) return 'The hash of the file is neither MD5 nor SHA-1 nor SHA-256.';
    return { type: hash, category: 'Artifacts dropped', value: value.toLowerCase(), ...fields };
  }
  const known = types.get(type);
  if (known === undefined)
    return `MISP has no attribute for ThreatConnect's type ${JSON.stringify(type.slice(0, 80))}.`;
  return { type: known[0], category: known[1], value, ...fields };
}

function sourceAttribute(source: string): JsonObject[] {
  if (source === '') return [];
  const type = /^https?:\/\/\S+$/i.test(source) ? 'link' : 'comment';
  return [{ type, category: 'Internal reference', value: source, to_ids: false }];
}
