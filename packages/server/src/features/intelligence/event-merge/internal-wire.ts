import { choiceName, threatLevels } from '@magpie/model';
import { type JsonObject, readObjects } from '../../../http/lenient.ts';

/** Parts of an event's JSON that stand beside `Event` in MISP's internal form. */
const SIBLINGS = [
  'Attribute',
  'ShadowAttribute',
  'Object',
  'EventReport',
  'CryptographicKey',
  'Galaxy',
  'Orgc',
  'Org',
  'RelatedEvent',
  'Sighting',
] as const;

/**
 * MISP's internal form of an event, as events/merge answers it: what the API nests in `Event` stands beside it, and
 * tags hang on their links.
 */
export function internalEventWire(event: JsonObject, userId: number, links: readonly EventTagLink[]): JsonObject {
  const own = Object.entries(event).filter(([key]) => key !== 'Tag' && !SIBLINGS.some((sibling) => sibling === key));
  const eventId = String(event.id);
  const email = event.event_creator_email;
  return {
    Event: { ...Object.fromEntries(own), user_id: String(userId) },
    ThreatLevel: {
      name: choiceName(threatLevels, Number(event.threat_level_id)),
      id: String(event.threat_level_id),
    },
    ...Object.fromEntries(SIBLINGS.map((key) => [key, event[key] ?? []])),
    Attribute: readObjects(event.Attribute).map(attributeWire),
    Object: readObjects(event.Object).map((object) => ({
      ...object,
      Attribute: readObjects(object.Attribute).map(attributeWire),
    })),
    EventTag: readObjects(event.Tag).map((tag) => eventTagWire(eventId, tag, links)),
    ...(email === undefined ? {} : { User: { email } }),
  };
}

/** The link that attaches a tag to the event, and the organisation the tag is reserved for. */
export interface EventTagLink {
  link_id: number;
  tag_id: number;
  local: boolean;
  org_id: number;
}

function eventTagWire(eventId: string, tag: JsonObject, links: readonly EventTagLink[]): JsonObject {
  const link = links.find((known) => String(known.tag_id) === tag.id && known.local === tag.local);
  return {
    id: link ? String(link.link_id) : null,
    event_id: eventId,
    tag_id: tag.id,
    local: tag.local,
    relationship_type: tag.relationship_type ?? '',
    Tag: { ...tag, org_id: String(link?.org_id ?? 0) },
  };
}

function attributeWire({ Tag: tags, ...attribute }: JsonObject): JsonObject {
  const place = { attribute_id: attribute.id, event_id: attribute.event_id };
  return { ...attribute, AttributeTag: tagLinks(tags, place) };
}

function tagLinks(tags: unknown, place: JsonObject): JsonObject[] {
  return readObjects(tags).map((tag) => ({
    ...place,
    tag_id: tag.id,
    local: tag.local,
    relationship_type: tag.relationship_type ?? '',
    Tag: tag,
  }));
}
