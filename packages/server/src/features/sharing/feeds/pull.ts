import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Conflict, Forbidden, MagpieError, NotFound, Refused } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { addEvent, editEvent } from '../../intelligence/events/service.ts';
import type { FeedRow } from './feed-row.ts';
import { type FeedRules, judgedEvent, passesRules, readFeedRules } from './feed-rules.ts';
import { type FeedSettings, readFeedSettings } from './feed-settings.ts';
import { readFeedEvent, readManifest } from './misp-source.ts';
import { tagsOfFeed } from './tags-of-feed.ts';

/** How a pull went. */
export interface PullResult {
  added: number;
  edited: number;
  failed: number;
}

/** How much of the manifest is compared with the database at once. */
const CHUNK = 5000;

/**
 * Brings the events of a MISP feed that are new or newer there, one after the other, each in a transaction of its own.
 * Events that were made here are left alone; so are those that the rules or a blocklist keep out.
 */
export async function pullMispFeed(
  magpie: Magpie,
  viewer: Viewer,
  feed: FeedRow,
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void } = {},
): Promise<PullResult> {
  const rules = readFeedRules(feed.rules, magpie.now());
  const manifest = await readManifest(magpie, feed, options.signal ? { signal: options.signal } : {});
  const wanted = [...manifest].filter(([, entry]) => passesRules(judgedEvent(entry), rules));
  const work = await splitWork(magpie, viewer, wanted);
  const extraTags = await tagsOfFeed(magpie, viewer, feed);
  const result: PullResult = { added: 0, edited: 0, failed: 0 };
  for (const [index, { uuid, isKnown }] of work.entries()) {
    options.signal?.throwIfAborted();
    const outcome = await pullOne({ magpie, viewer, feed, rules, extraTags, uuid, isKnown, signal: options.signal });
    if (outcome !== 'skipped') result[outcome] += 1;
    options.onProgress?.(index + 1, work.length);
  }
  return result;
}

/** Brings one event of a MISP feed, whatever the rules. Throws when it cannot be stored. */
export async function pullEvent(magpie: Magpie, viewer: Viewer, feed: FeedRow, uuid: string): Promise<void> {
  const extraTags = await tagsOfFeed(magpie, viewer, feed);
  const event = prepare(await readFeedEvent(magpie, feed, uuid), feed, extraTags);
  const [known] = await storedEvents(magpie, viewer, [uuid]);
  if (known === undefined) await addEvent(magpie, viewer, event, { keepCreator: true });
  else if (known.locked) await editEvent(magpie, viewer, uuid, event);
  else throw new Refused('The event was made on this instance.');
}

interface OneEvent {
  magpie: Magpie;
  viewer: Viewer;
  feed: FeedRow;
  rules: FeedRules;
  extraTags: readonly string[];
  uuid: string;
  isKnown: boolean;
  signal: AbortSignal | undefined;
}

async function pullOne(one: OneEvent): Promise<'added' | 'edited' | 'failed' | 'skipped'> {
  const { magpie, viewer, feed, uuid } = one;
  const event = await readFeedEvent(magpie, feed, uuid, one.signal ? { signal: one.signal } : {});
  if (!passesRules(judgedEvent(event), one.rules)) return 'skipped';
  const body = prepare(event, feed, one.extraTags);
  try {
    if (one.isKnown) await editEvent(magpie, viewer, uuid, body);
    else await addEvent(magpie, viewer, body, { keepCreator: true });
    return one.isKnown ? 'edited' : 'added';
  } catch (error) {
    // Blocklisted, or made by somebody else meanwhile.
    if (error instanceof Forbidden || error instanceof Conflict || error instanceof NotFound) return 'skipped';
    if (error instanceof MagpieError) return 'failed';
    throw error;
  }
}

/** Which events are to be fetched: unknown ones, and known ones from elsewhere that are newer in the feed. */
async function splitWork(
  magpie: Magpie,
  viewer: Viewer,
  wanted: readonly (readonly [string, JsonObject])[],
): Promise<{ uuid: string; isKnown: boolean }[]> {
  const work: { uuid: string; isKnown: boolean }[] = [];
  for (let start = 0; start < wanted.length; start += CHUNK) {
    const chunk = wanted.slice(start, start + CHUNK);
    const stored = new Map(
      (
        await storedEvents(
          magpie,
          viewer,
          chunk.map(([uuid]) => uuid),
        )
      ).map((row) => [row.uuid, row]),
    );
    for (const [uuid, entry] of chunk) {
      const known = stored.get(uuid);
      const isNewer = known?.locked === true && judgedEvent(entry).timestamp > known.timestamp;
      if (known === undefined || isNewer) work.push({ uuid, isKnown: known !== undefined });
    }
  }
  return work;
}

function storedEvents(
  magpie: Magpie,
  viewer: Viewer,
  uuids: readonly string[],
): Promise<{ uuid: string; timestamp: number; locked: boolean }[]> {
  return magpie.database.as(viewer, (tx) =>
    tx.query('select uuid, timestamp, locked from visible_events where uuid = any($1::uuid[])', [uuids]),
  );
}

/** The event as it is stored here: under the feed's distribution, with its tags, as one from elsewhere. */
function prepare(event: JsonObject, feed: FeedRow, extraTags: readonly string[]): JsonObject {
  const settings = readFeedSettings(feed.settings);
  const prepared: JsonObject = { ...event, locked: true, ...tagPart(event, extraTags), ...settingPart(settings) };
  if (feed.distribution === 5) return prepared;
  const { SharingGroup: _group, ...rest } = prepared;
  return {
    ...rest,
    distribution: feed.distribution,
    sharing_group_id: feed.distribution === 4 ? feed.sharing_group_id : 0,
    ...inherited(event),
  };
}

/** Everything in the event inherits its distribution. */
function inherited(event: JsonObject): JsonObject {
  const inherit = (element: JsonObject): JsonObject => {
    const { SharingGroup: _group, ...rest } = element;
    const members = listOf(element.Attribute);
    return {
      ...rest,
      distribution: 5,
      sharing_group_id: 0,
      ...(members === null ? {} : { Attribute: members.map(inherit) }),
    };
  };
  const part: JsonObject = {};
  for (const name of ['Attribute', 'Object', 'EventReport']) {
    const list = listOf(event[name]);
    if (list !== null) part[name] = list.map(inherit);
  }
  return part;
}

function tagPart(event: JsonObject, extraTags: readonly string[]): JsonObject {
  if (extraTags.length === 0) return {};
  const own = listOf(event.Tag) ?? [];
  const known = new Set(own.map((tag) => tag.name));
  return { Tag: [...own, ...extraTags.filter((name) => !known.has(name)).map((name) => ({ name }))] };
}

function settingPart(settings: FeedSettings): JsonObject {
  return {
    ...(settings.disableCorrelation ? { disable_correlation: true } : {}),
    ...(settings.unpublishEvent ? { published: false } : {}),
  };
}

function listOf(value: unknown): JsonObject[] | null {
  return Array.isArray(value) ? value.filter(isObject) : null;
}
