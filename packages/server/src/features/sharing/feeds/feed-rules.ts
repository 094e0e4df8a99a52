import { parseTimeFilter } from '@magpie/model';
import { isObject, type JsonObject } from '../../../http/lenient.ts';

/** What a MISP feed may bring: by tag names, by creator organisations (uuid or name), by time. */
export interface FeedRules {
  tags: { or: string[]; not: string[] };
  organisations: { or: string[]; not: string[] };
  /** Epoch seconds; null: any time. */
  from: number | null;
  to: number | null;
}

/** Reads the stored text of a feed's rules; what cannot be read restricts nothing. */
export function readFeedRules(text: string | null, nowSeconds: number): FeedRules {
  const value = parse(text);
  const time = timeOf(value.url_params, nowSeconds);
  return { tags: readPair(value.tags), organisations: readPair(value.orgs), from: time.from, to: time.to };
}

/** The parts of an event that rules look at, as the manifest or the event itself has them. */
export interface JudgedEvent {
  tags: readonly string[];
  organisation: { name: string; uuid: string };
  timestamp: number;
}

/** True when the rules let the event in. Names are compared as a whole, without regard to case. */
export function passesRules(event: JudgedEvent, rules: FeedRules): boolean {
  const tags = new Set(event.tags.map((tag) => tag.toLowerCase()));
  const creator = new Set([event.organisation.name.toLowerCase(), event.organisation.uuid.toLowerCase()]);
  if (!judge(rules.tags, (name) => tags.has(name))) return false;
  if (!judge(rules.organisations, (name) => creator.has(name))) return false;
  if (rules.from !== null && event.timestamp < rules.from) return false;
  return rules.to === null || event.timestamp <= rules.to;
}

/** What the rules look at in an entry of the manifest or in an event. */
export function judgedEvent(value: JsonObject): JudgedEvent {
  const tags = Array.isArray(value.Tag) ? value.Tag.filter(isObject) : [];
  const creator = [value.Orgc, value.orgc].find(isObject) ?? {};
  return {
    tags: tags.flatMap((tag) => (typeof tag.name === 'string' ? [tag.name] : [])),
    organisation: { name: String(creator.name ?? ''), uuid: String(creator.uuid ?? '') },
    timestamp: Number(value.timestamp) || 0,
  };
}

function judge(rule: { or: string[]; not: string[] }, has: (name: string) => boolean): boolean {
  return (rule.or.length === 0 || rule.or.some(has)) && !rule.not.some(has);
}

function readPair(value: unknown): { or: string[]; not: string[] } {
  const pair = isObject(value) ? value : {};
  const names = (list: unknown) =>
    Array.isArray(list) ? list.filter((item) => typeof item === 'string').map((item) => item.toLowerCase()) : [];
  return { or: names(pair.OR), not: names(pair.NOT) };
}

function timeOf(value: unknown, nowSeconds: number): { from: number | null; to: number | null } {
  const given = typeof value === 'string' ? parse(value) : value;
  const parameters = isObject(given) ? given : {};
  let from: number | null = null;
  let to: number | null = null;
  for (const name of ['timestamp', 'publish_timestamp']) {
    const given = parameters[name];
    if (given === undefined || given === null || given === '') continue;
    const range = parseTimeFilter(given, nowSeconds);
    if (range === 'invalid') continue;
    if (range.from !== null) from = Math.max(from ?? 0, range.from);
    if (range.to !== null) to = Math.min(to ?? Number.MAX_SAFE_INTEGER, range.to);
  }
  return { from, to };
}

function parse(text: string | null): JsonObject {
  if (text === null || text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    // Not JSON: as if there were none.
    return {};
  }
}
