import { formatUtc } from '../../components/time.tsx';
import type { MessageKey, Translator } from '../../i18n/i18n.tsx';
import type { FieldChange } from './field-diff.tsx';

type Translate = Translator['t'];

/** Actions of MISP's audit log. */
const actions: Readonly<Record<string, MessageKey>> = {
  add: 'history.act.add',
  edit: 'history.act.edit',
  delete: 'history.act.delete',
  soft_delete: 'history.act.delete',
  undelete: 'history.act.undelete',
  publish: 'history.act.publish',
  publish_sightings: 'history.act.publishSightings',
  tag: 'history.act.tag',
  tag_local: 'history.act.tagLocal',
  remove_tag: 'history.act.removeTag',
  remove_local_tag: 'history.act.removeTag',
  remove_tag_local: 'history.act.removeTag',
  galaxy: 'history.act.galaxy',
  galaxy_local: 'history.act.galaxyLocal',
  remove_galaxy: 'history.act.removeGalaxy',
  remove_local_galaxy: 'history.act.removeGalaxy',
  remove_galaxy_local: 'history.act.removeGalaxy',
  accept: 'history.act.accept',
  accept_delete: 'history.act.accept',
  discard: 'history.act.discard',
  merge: 'history.act.merge',
  login: 'history.act.login',
};

/** The action of an entry in words; its own name where there are none. */
export function actionText(t: Translate, action: string): string {
  const key = actions[action];
  return key === undefined ? action.replaceAll('_', ' ') : t(key);
}

const models: Readonly<Record<string, MessageKey>> = {
  Event: 'history.model.event',
  Attribute: 'history.model.attribute',
  MispAttribute: 'history.model.attribute',
  Object: 'history.model.object',
  MispObject: 'history.model.object',
  EventGraph: 'eventTab.graph',
  ObjectReference: 'history.model.relation',
  EventReport: 'history.model.report',
  ShadowAttribute: 'history.model.proposal',
  Sighting: 'history.model.sighting',
  EventTag: 'history.model.tag',
  AttributeTag: 'history.model.tag',
};

/** What kind of thing an entry is about. */
export function modelText(t: Translate, model: string): string {
  const key = models[model];
  return key === undefined ? model : t(key);
}

const fields: Readonly<Record<string, MessageKey>> = {
  info: 'event.info',
  date: 'event.date',
  published: 'publish.published',
  distribution: 'event.distribution',
  threat_level_id: 'event.threat',
  analysis: 'event.analysis',
  type: 'attribute.type',
  category: 'attribute.category',
  value: 'attribute.value',
  value1: 'attribute.value',
  value2: 'attribute.value',
  to_ids: 'attribute.ids',
  comment: 'attribute.comment',
  first_seen: 'attribute.firstSeen',
  last_seen: 'attribute.lastSeen',
  disable_correlation: 'attribute.noCorrelation',
  name: 'field.name',
  description: 'field.description',
  content: 'history.field.content',
  deleted: 'history.field.deleted',
  relationship_type: 'graph.relation',
  referenced_uuid: 'graph.to',
  object_relation: 'history.field.field',
  extends_uuid: 'history.field.extends',
  sharing_group_id: 'distribution.4',
  source: 'sighting.source',
  date_sighting: 'sighting.date',
  proposal_to_delete: 'proposal.toDelete',
};

const words: Readonly<Record<string, Readonly<Record<string, MessageKey>>>> = {
  distribution: {
    0: 'distribution.0',
    1: 'distribution.1',
    2: 'distribution.2',
    3: 'distribution.3',
    4: 'distribution.4',
    5: 'distribution.5',
  },
  threat_level_id: { 1: 'threat.1', 2: 'threat.2', 3: 'threat.3', 4: 'threat.4' },
  analysis: { 0: 'analysis.0', 1: 'analysis.1', 2: 'analysis.2' },
  // Only sightings have numbers for types.
  type: { 0: 'sighting.kind.0', 1: 'sighting.kind.1', 2: 'sighting.kind.2' },
};

const flags = new Set(['published', 'to_ids', 'disable_correlation', 'deleted', 'proposal_to_delete']);
/** Numbers of other rows and times of the change itself: nobody reads them. The title names the tag and the cluster. */
const noise =
  /^(id|uuid|timestamp|event_id|object_id|attribute_id|org_id|orgc_id|user_id|tag_id|local|old_id|event_org_id|event_uuid|source_uuid|referenced_id|referenced_type|template_\w+|\w+_count|publish_timestamp)$/;
/** Microseconds since 1970. */
const microseconds = /^\d{15,17}$/;

const isUnset = (value: unknown) => [undefined, null, '', 0, '0', false].some((unset) => unset === value);

function wordOf(t: Translate, field: string, value: unknown): unknown {
  if (value === null || value === undefined || value === '') return value;
  const text = String(value);
  const key = words[field]?.[text];
  if (key !== undefined) return t(key);
  if (field === 'first_seen' || field === 'last_seen') return seenText(text);
  if (field === 'date_sighting') return formatUtc(new Date(Number(text) * 1000));
  if (flags.has(field)) return t(text === '1' || text === 'true' ? 'state.yes' : 'state.no');
  return value;
}

/** A time as the log keeps it, in microseconds, or as the API writes it; anything else stays as it is. */
function seenText(text: string): string {
  const time = microseconds.test(text) ? Number(text) / 1000 : Date.parse(text);
  return Number.isNaN(time) ? text : formatUtc(new Date(time));
}

/**
 * Changes as people read them: named fields, values in words, without what only the database needs. Of what is told by
 * UUID the name is shown, where it is among `names`.
 */
export function readableChanges(
  t: Translate,
  changes: readonly FieldChange[],
  names?: ReadonlyMap<string, string>,
): readonly FieldChange[] {
  const shown = (field: string, value: unknown) => names?.get(String(value)) ?? wordOf(t, field, value);
  return changes
    .filter(({ field }) => !noise.test(field))
    .filter(({ field, before, after }) => before !== undefined || !isUnset(after) || field in words)
    .filter(({ field, before, after }) => field !== 'sharing_group_id' || !isUnset(before) || !isUnset(after))
    .map(({ field, label, before, after }) => {
      const key = fields[field];
      return {
        field,
        label: label ?? (key === undefined ? field : t(key)),
        before: shown(field, before),
        after: shown(field, after),
      };
    });
}
