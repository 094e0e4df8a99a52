import { hash } from 'node:crypto';
import type { ExportValue } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';
import { type JsonToken, jsonTokens } from '../xml/json-tokens.ts';

/** An event as the manifest of a feed tells of it. */
export interface FeedEvent {
  readonly uuid: string;
  readonly info: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly analysis: number;
  readonly threatLevelId: number;
  /** Epoch seconds. */
  readonly timestamp: number;
  readonly orgc: { readonly name: string; readonly uuid: string };
  readonly tags: readonly { readonly name: string; readonly colour: string }[];
}

/** `manifest.json` of a feed in MISP's layout: what there is, by uuid. */
export function writeFeedManifest(batches: AsyncIterable<readonly FeedEvent[]>): AsyncGenerator<string> {
  let separator = '';
  const entry = ({ uuid, info, date, analysis, threatLevelId, timestamp, orgc, tags }: FeedEvent) => {
    const value = { Orgc: orgc, Tag: tags, info, date, analysis, threat_level_id: threatLevelId, timestamp };
    const text = `${separator}${JSON.stringify(uuid)}:${JSON.stringify(value)}`;
    separator = ',';
    return text;
  };
  return writeItems(batches, entry, { opening: '{', closing: '}' });
}

/** `hashes.csv` of a feed: the MD5 of each value, of composites of each half, and the event it stands in. */
export function writeFeedHashes(
  batches: AsyncIterable<readonly (ExportValue & { readonly eventUuid: string })[]>,
): AsyncGenerator<string> {
  return writeItems(batches, ({ value1, value2, eventUuid }) => {
    const line = (value: string) => `${hash('md5', value)},${eventUuid}\n`;
    return line(value1) + (value2 === '' ? '' : line(value2));
  });
}

// What belongs to this instance: numbers, who may see what, what was found elsewhere.
const local = new Set([
  ...[
    'id',
    'event_id',
    'object_id',
    'attribute_id',
    'org_id',
    'orgc_id',
    'sharing_group_id',
    'distribution',
    'user_id',
  ],
  ...['Org', 'SharingGroup', 'RelatedEvent', 'RelatedAttribute', 'ShadowAttribute', 'Sighting', 'Galaxy', 'Feed'],
  ...['Server', 'CryptographicKey', 'EventReportTag', 'warnings', 'attribute_count', 'proposal_email_lock', 'locked'],
  ...['sighting_timestamp', 'event_creator_email', 'local', 'is_galaxy', 'numerical_value', 'inherited', 'protected'],
]);

/** An event of a feed, made from its JSON as it comes: without what only this instance understands. */
export async function* writeFeedEvent(json: AsyncIterable<string | Buffer>): AsyncGenerator<string> {
  const write = createFilter();
  for await (const tokens of jsonTokens(json)) {
    const text = tokens.map(write).join('');
    if (text !== '') yield text;
  }
}

function createFilter(): (token: JsonToken) => string {
  /** For each open map or list whether something was written into it. */
  const isFilled: boolean[] = [];
  let skipped: number | null = null;
  let name: string | null = null;

  function before(): string {
    const separator = isFilled.at(-1) === true ? ',' : '';
    if (isFilled.length > 0) isFilled[isFilled.length - 1] = true;
    const label = name === null ? '' : `${JSON.stringify(name)}:`;
    name = null;
    return separator + label;
  }

  function value(text: string): string {
    if (skipped === null) return before() + text;
    if (skipped === isFilled.length) skipped = null;
    name = null;
    return '';
  }

  return (token) => {
    switch (token.kind) {
      case 'name':
        name = token.text;
        if (skipped === null && local.has(token.text)) skipped = isFilled.length;
        return '';
      case 'open': {
        const text = skipped === null ? before() + (token.of === 'map' ? '{' : '[') : '';
        name = null;
        isFilled.push(false);
        return text;
      }
      case 'close': {
        isFilled.pop();
        if (skipped === null) return token.of === 'map' ? '}' : ']';
        if (skipped === isFilled.length) skipped = null;
        return '';
      }
      case 'string':
        return value(JSON.stringify(token.text));
      case 'number':
        return value(token.text);
      default:
        return value(token.kind);
    }
  };
}
