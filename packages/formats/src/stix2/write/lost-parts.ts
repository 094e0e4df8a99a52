import { flag, isJson, type Json, objects, text } from '../json.ts';
import { secondsOf, stamp, stixTime } from '../times.ts';

/**
 * The property in which Magpie keeps what MISP's mapping to STIX loses, so that its own bundles can be read back whole.
 * Other readers pass it over.
 */
export const LOST = 'x_magpie';

/** How an attribute was written: `indicator` with observed data, `pattern` without. */
export type WrittenAs = 'indicator' | 'pattern' | 'observed' | 'rule' | 'sdo' | 'custom';

/** What of an attribute is not in the objects it became; empty mostly. */
export function lostOfAttribute(attribute: Json, as: WrittenAs): Json {
  const lost: Json = {};
  if (as === 'observed' || as === 'sdo') keepText(lost, attribute, 'comment');
  if ((as === 'custom' || as === 'sdo') && flag(attribute.to_ids)) lost.to_ids = true;
  if (as === 'rule' && !flag(attribute.to_ids)) lost.to_ids = false;
  if (flag(attribute.disable_correlation)) lost.disable_correlation = true;
  keepTimesSeen(lost, attribute, as);
  keepExpirations(lost, attribute);
  return Object.keys(lost).length === 0 ? lost : { [LOST]: lost };
}

/**
 * Observed data say both times that an attribute was seen; where MISP knows one alone, the other is that of the last
 * change, and where both are that, they cannot be told from none.
 */
function keepTimesSeen(lost: Json, attribute: Json, as: WrittenAs): void {
  const first = text(attribute, 'first_seen');
  const last = text(attribute, 'last_seen');
  if (first === '' && last === '') return;
  if ((as === 'indicator' || as === 'observed') && first !== '' && last !== '') {
    const changed = stixTime(stamp(secondsOf(attribute.timestamp)));
    if (stixTime(first) !== changed || stixTime(last) !== changed) return;
  }
  lost.first_seen = first || null;
  lost.last_seen = last || null;
}

/** Sightings of type 2 have no place in STIX: what was seen is no longer to be looked for. */
function keepExpirations(lost: Json, attribute: Json): void {
  const expirations = objects(attribute, 'Sighting').filter((sighting) => text(sighting, 'type') === '2');
  if (expirations.length > 0) lost.sightings = expirations.map(plainSighting);
}

function plainSighting(sighting: Json): Json {
  const kept: Json = {};
  for (const key of ['uuid', 'type', 'source', 'date_sighting']) keepText(kept, sighting, key);
  const { Organisation: organisation } = sighting;
  if (isJson(organisation)) {
    kept.Organisation = { uuid: text(organisation, 'uuid'), name: text(organisation, 'name') };
  }
  return kept;
}

/** Keys of an attribute that are written back as they are. */
const attributeKeys = ['uuid', 'object_relation', 'type', 'category', 'value', 'timestamp'];
const optionalKeys = ['comment', 'first_seen', 'last_seen'];

/** An object as it was, for the reader of Magpie's own bundles; files that an artifact holds are left out. */
export function lostOfObject(object: Json, artifacts: ReadonlySet<string>): Json {
  const kept: Json = {};
  for (const key of [
    'uuid',
    'name',
    'meta-category',
    'description',
    'template_uuid',
    'template_version',
    'timestamp',
  ]) {
    keepText(kept, object, key);
  }
  for (const key of optionalKeys) keepText(kept, object, key);
  kept.Attribute = objects(object, 'Attribute').map((attribute) => keptAttribute(attribute, artifacts));
  return kept;
}

function keptAttribute(attribute: Json, artifacts: ReadonlySet<string>): Json {
  const kept: Json = {};
  for (const key of [...attributeKeys, ...optionalKeys]) keepText(kept, attribute, key);
  kept.to_ids = flag(attribute.to_ids);
  if (flag(attribute.disable_correlation)) kept.disable_correlation = true;
  if (!artifacts.has(text(attribute, 'uuid'))) keepText(kept, attribute, 'data');
  const tags = objects(attribute, 'Tag').map((tag) => text(tag, 'name'));
  if (tags.length > 0) kept.tags = tags;
  const sightings = objects(attribute, 'Sighting').map(plainSighting);
  if (sightings.length > 0) kept.Sighting = sightings;
  return kept;
}

function keepText(target: Json, source: Json, key: string): void {
  const value = text(source, key);
  if (value !== '') target[key] = value;
}

/** What of an event neither report nor grouping says. */
export function lostOfEvent(head: Json, galaxyTags: readonly string[]): Json {
  const lost: Json = {};
  for (const key of ['date', 'threat_level_id', 'analysis', 'extends_uuid']) keepText(lost, head, key);
  if (flag(head.disable_correlation)) lost.disable_correlation = true;
  if (galaxyTags.length > 0) lost.tags = galaxyTags;
  return { [LOST]: lost };
}
