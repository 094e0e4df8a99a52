import { readUuid } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import { isObject, type JsonObject, readObjects } from '../../../http/lenient.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { type CachedValue, md5KeyOfHex, valueKeys } from '../caches/keys.ts';
import type { FeedRow } from './feed-row.ts';
import { readLines } from './lines.ts';
import { readSource, readSourceJson } from './source.ts';

const MAX_MANIFEST_BYTES = 128 * 2 ** 20;
const MAX_EVENT_BYTES = 256 * 2 ** 20;

/** A file that is read whole: it may be narrower bounded than by default. */
interface SourceOptions {
  maxBytes?: number;
  signal?: AbortSignal;
}

/** Events of a MISP feed by uuid, as its `manifest.json` describes them. */
export async function readManifest(
  magpie: Magpie,
  feed: FeedRow,
  options: SourceOptions = {},
): Promise<Map<string, JsonObject>> {
  const value = await readSourceJson(magpie, feed, 'manifest.json', { maxBytes: MAX_MANIFEST_BYTES, ...options });
  if (!isObject(value)) throw new OutgoingError('content', 'manifest.json of the feed is no object.');
  return new Map(
    Object.entries(value).flatMap(([key, entry]) => {
      const uuid = readUuid(key);
      return uuid === null || !isObject(entry) ? [] : [[uuid, entry]];
    }),
  );
}

/** One event of a MISP feed. The uuid is part of the address, so it must be one. */
export async function readFeedEvent(
  magpie: Magpie,
  feed: FeedRow,
  uuid: string,
  options: SourceOptions = {},
): Promise<JsonObject> {
  const value = await readSourceJson(magpie, feed, `${uuid}.json`, { maxBytes: MAX_EVENT_BYTES, ...options });
  const event = isObject(value) && isObject(value.Event) ? value.Event : null;
  if (event === null || readUuid(event.uuid) !== uuid) {
    throw new OutgoingError('content', `${uuid}.json of the feed is not that event.`);
  }
  return event;
}

/** The values of a MISP feed for its cache: from `hashes.csv`, or where there is none from every event. */
export async function* mispFeedValues(magpie: Magpie, feed: FeedRow, signal: AbortSignal): AsyncGenerator<CachedValue> {
  let any = false;
  try {
    for await (const line of readLines(readSource(magpie, feed, 'hashes.csv', { signal }))) {
      const [hex = '', uuid = ''] = line.split(',');
      const md5 = md5KeyOfHex(hex.trim());
      if (md5 === null) continue;
      any = true;
      yield { md5, h: null, eventUuid: readUuid(uuid.trim()) };
    }
    return;
  } catch (error) {
    if (any || !(error instanceof OutgoingError) || error.failure !== 'content') throw error;
  }
  for (const uuid of (await readManifest(magpie, feed, { signal })).keys()) {
    const event = await readFeedEvent(magpie, feed, uuid, { signal });
    for (const value of valuesOfEvent(event)) yield valueKeys(value, uuid);
  }
}

/** The values of an event, each half of a pair by itself. */
function* valuesOfEvent(event: JsonObject): Generator<string> {
  const lists = [event.Attribute, ...readObjects(event.Object).map((object) => object.Attribute)];
  for (const attribute of lists.flatMap(readObjects)) {
    if (typeof attribute.value !== 'string') continue;
    const type = String(attribute.type);
    const isPair = type.includes('|') || type === 'malware-sample';
    yield* (isPair ? attribute.value.split('|') : [attribute.value]).filter((value) => value !== '');
  }
}
