import type { Transaction } from '../../../database/transaction.ts';
import { escapeHtml } from '../../../http/escape-html.ts';
import { type JsonObject, readObjects } from '../../../http/lenient.ts';
import type { GraphContent } from './content.ts';

const IMAGE = /\.(jpe?g|png|gif|bmp|svg|webp)$/i;
/** Sightings of one attribute that are shown. */
const MAX_SIGHTINGS = 1000;

/** The items of an event with their times, as MISP's timeline takes them; contents are escaped for HTML. */
export async function eventTimeline(tx: Transaction, content: GraphContent): Promise<JsonObject> {
  const members = content.objects.flatMap((object) => readObjects(object.Attribute));
  const sightings = await sightingDates(
    tx,
    [...content.attributes, ...members].map((attribute) => Number(attribute.id)),
  );
  const timed = (attribute: JsonObject, group: string): JsonObject => ({
    id: attribute.id,
    uuid: attribute.uuid,
    content: escapeHtml(String(attribute.value)),
    event_id: attribute.event_id,
    group,
    timestamp: attribute.timestamp,
    attribute_type: attribute.type,
    date_sighting: sightings.get(Number(attribute.id)) ?? [],
    is_image: attribute.type === 'attachment' && IMAGE.test(String(attribute.value)),
  });
  return {
    items: [
      ...content.attributes.map((attribute) => ({ ...timed(attribute, 'attribute'), ...seen(attribute) })),
      ...content.objects.map((object) => ({
        id: object.id,
        uuid: object.uuid,
        content: escapeHtml(String(object.name)),
        group: 'object',
        'meta-category': object['meta-category'],
        template_uuid: object.template_uuid,
        event_id: object.event_id,
        timestamp: object.timestamp,
        Attribute: readObjects(object.Attribute).map((member) => ({
          ...timed(member, 'object_attribute'),
          contentType: member.object_relation,
        })),
        ...objectSeen(object),
      })),
    ],
    ...content.cut,
  };
}

function seen({ first_seen, last_seen }: JsonObject): JsonObject {
  return { first_seen, last_seen };
}

/** The object's own times, else those that its attributes first-seen and last-seen say. */
function objectSeen(object: JsonObject): JsonObject {
  const said = (relation: string) =>
    readObjects(object.Attribute).find((member) => member.object_relation === relation)?.value ?? null;
  const [first, last] = [said('first-seen'), said('last-seen')];
  return {
    first_seen: object.first_seen ?? first,
    last_seen: object.last_seen ?? last,
    first_seen_overwrite: object.first_seen === null && first !== null,
    last_seen_overwrite: object.last_seen === null && last !== null,
  };
}

/** Groups of the sightings of an attribute, by their type; expirations are no sightings in time. */
const sightingGroups: Readonly<Record<number, string>> = { 0: 'sighting_positive', 1: 'sighting_negative' };

/** The sightings of an event's attributes, one item for each attribute and kind; all times in milliseconds. */
export async function sightingTimeline(tx: Transaction, content: GraphContent): Promise<JsonObject> {
  const attributes = [...content.attributes, ...content.objects.flatMap((object) => readObjects(object.Attribute))];
  const byId = new Map(attributes.map((attribute) => [Number(attribute.id), attribute]));
  const rows = await tx.query<{ attribute_id: number; type: number; dates: number[] }>(
    `select attribute_id, type, (array_agg(date_sighting order by date_sighting))[1:$2] as dates from visible_sightings
     where attribute_id = any ($1::bigint[]) and type in (0, 1) group by attribute_id, type order by attribute_id, type`,
    [[...byId.keys()], MAX_SIGHTINGS],
  );
  const items = rows.map(({ attribute_id, type, dates }) => {
    const attribute = byId.get(attribute_id) ?? {};
    const milliseconds = dates.map((seconds) => seconds * 1000);
    return {
      id: `${attribute_id}-${type}`,
      uuid: attribute.uuid,
      attribute_id: attribute.id,
      content: escapeHtml(String(attribute.value)),
      event_id: attribute.event_id,
      group: sightingGroups[type],
      timestamp: attribute.timestamp,
      first_seen: milliseconds.at(0) ?? null,
      last_seen: milliseconds.at(-1) ?? null,
      date_sighting: milliseconds,
    };
  });
  return { items, ...content.cut };
}

async function sightingDates(tx: Transaction, attributeIds: readonly number[]): Promise<Map<number, string[]>> {
  const rows = await tx.query<{ attribute_id: number; dates: number[] }>(
    `select attribute_id, (array_agg(date_sighting order by id))[1:$2] as dates from visible_sightings
     where attribute_id = any ($1::bigint[]) group by attribute_id`,
    [attributeIds, MAX_SIGHTINGS],
  );
  return new Map(rows.map((row) => [row.attribute_id, row.dates.map(String)]));
}
