import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject, readList, readObjects } from '../../../http/lenient.ts';
import type { GraphContent } from './content.ts';

/** The three ways to link items: by references between objects, by shared tags, by the same value of a key. */
export type GraphKind = 'references' | 'tags' | 'generic';

/** Keys by which items can be linked. */
const PIVOT_KEYS = [
  'event_id',
  'distribution',
  'category',
  'type',
  'value',
  'comment',
  'uuid',
  'to_ids',
  'timestamp',
  'id',
] as const;
const MAX_TAGS = 10_000;

/** Colours of objects by meta-category, as MISP draws them; others are grey. */
const COLOURS: Readonly<Record<string, string>> = { file: '#ffa800', network: '#4200ff' };

/** The graph of an event's items as MISP's event graph takes it. `body` may filter items and name the key. */
export async function itemGraph(
  tx: Transaction,
  content: GraphContent,
  kind: GraphKind,
  body: JsonObject,
): Promise<JsonObject> {
  const shown = filterContent(content, isObject(body.filtering) ? body.filtering : {});
  // By tags, MISP draws objects without a colour.
  const objectOf = (object: JsonObject) => (kind === 'tags' ? objectItem(object) : colouredItem(object));
  const items = [...shown.attributes.map(attributeItem), ...shown.objects.map(objectOf)];
  const links = {
    references: () => referenceLinks(shown, items),
    tags: () => tagLinks(shown),
    generic: () => keyLinks(shown, body.keyType),
  };
  const linked = links[kind]();
  return {
    existing_tags: await tagNames(tx),
    available_pivot_key: PIVOT_KEYS,
    items: kind === 'generic' && linked.nodes.length === 0 ? [] : [...items, ...linked.nodes],
    relations: linked.relations,
    existing_object_relation: kind === 'generic' ? [] : relationNames(shown, kind),
    ...content.cut,
  };
}

/** Keeps what has a value, an object relation or a tag that is asked for. */
function filterContent(content: GraphContent, filtering: JsonObject): GraphContent {
  const texts = (key: string) => (readList(filtering[key]) ?? []).filter((text) => typeof text === 'string');
  const values = texts('value').map((text) => text.toLowerCase());
  const relations = new Set(texts('presence'));
  const tags = new Set(texts('tag_presence'));
  const fits = (attribute: JsonObject): boolean =>
    (values.length === 0 || values.some((value) => String(attribute.value).toLowerCase().includes(value))) &&
    (relations.size === 0 || relations.has(String(attribute.object_relation))) &&
    (tags.size === 0 || readObjects(attribute.Tag).some((tag) => tags.has(String(tag.name))));
  return {
    ...content,
    attributes: content.attributes.filter(fits),
    objects: content.objects.filter((object) => readObjects(object.Attribute).some(fits)),
  };
}

function attributeItem(attribute: JsonObject): JsonObject {
  const { id, uuid, type, value, event_id, comment } = attribute;
  return { id, uuid, type, label: value, event_id, node_type: 'attribute', comment };
}

function objectItem(object: JsonObject): JsonObject {
  return {
    id: `o-${object.id}`,
    uuid: object.uuid,
    type: object.name,
    label: '',
    Attribute: readObjects(object.Attribute).map(memberItem),
    node_type: 'object',
    'meta-category': object['meta-category'],
    template_uuid: object.template_uuid,
    event_id: object.event_id,
    comment: object.comment,
  };
}

function colouredItem(object: JsonObject): JsonObject {
  return { ...objectItem(object), color: COLOURS[String(object['meta-category'])] ?? '#808080' };
}

function memberItem({ Tag: tags, ...attribute }: JsonObject): JsonObject {
  const links = readObjects(tags).map((tag) => ({ tag_id: tag.id, local: tag.local, Tag: tag }));
  return { ...attribute, AttributeTag: links, Galaxy: [], ShadowAttribute: [] };
}

interface Links {
  nodes: JsonObject[];
  relations: JsonObject[];
}

function referenceLinks({ objects }: GraphContent, items: readonly JsonObject[]): Links {
  const shown = new Set(items.map((item) => String(item.uuid)));
  const references = objects.flatMap((object) =>
    readObjects(object.ObjectReference).filter((link) => link.deleted !== true),
  );
  return {
    nodes: [],
    relations: references.flatMap((link) => {
      if (!shown.has(String(link.referenced_uuid))) return [];
      const { id, uuid, comment, event_id, relationship_type: type } = link;
      const to = link.referenced_type === '1' ? `o-${link.referenced_id}` : link.referenced_id;
      return [{ id, uuid, from: `o-${link.object_id}`, to, type, comment, event_id }];
    }),
  };
}

/** Attributes outside objects, and objects by their members, with what one reads from each attribute. */
function* sources({ attributes, objects }: GraphContent): Generator<{ from: unknown; attribute: JsonObject }> {
  for (const attribute of attributes) yield { from: attribute.id, attribute };
  for (const object of objects) {
    for (const attribute of readObjects(object.Attribute)) yield { from: `o-${object.id}`, attribute };
  }
}

function tagLinks(content: GraphContent): Links {
  const nodes = new Map<string, JsonObject>();
  const relations: JsonObject[] = [];
  for (const { from, attribute } of sources(content)) {
    for (const tag of readObjects(attribute.Tag)) {
      const name = String(tag.name);
      nodes.set(name, {
        id: name,
        uuid: tag.id,
        type: 'tag',
        label: name,
        node_type: 'tag',
        tagContent: { org_id: '0', ...tag },
      });
      relations.push({ id: `tag_edge_id_${relations.length}`, from, to: name, type: '', comment: '' });
    }
  }
  return { nodes: [...nodes.values()], relations };
}

function keyLinks(content: GraphContent, keyType: unknown): Links {
  const key = PIVOT_KEYS.find((known) => known === keyType);
  const nodes = new Map<string, JsonObject>();
  const relations: JsonObject[] = [];
  if (key === undefined) return { nodes: [], relations };
  for (const { from, attribute } of sources(content)) {
    const label = String(attribute[key] ?? '');
    if (label === '') continue;
    const id = `keyType-${label}`;
    nodes.set(id, { id, type: key, label, node_type: 'keyType' });
    relations.push({ id: `keyType_edge_id_${relations.length}`, from, to: id, type: '', comment: '' });
  }
  return { nodes: [...nodes.values()], relations };
}

/** Relations that can be filtered by: those in objects, or those of what has a tag ('' outside objects). */
function relationNames(content: GraphContent, kind: GraphKind): Record<string, number> {
  const names: string[] = [];
  for (const { attribute } of sources(content)) {
    const isListed = kind === 'tags' ? readObjects(attribute.Tag).length > 0 : attribute.object_relation !== null;
    if (isListed) names.push(String(attribute.object_relation ?? ''));
  }
  return Object.fromEntries(names.map((name) => [name, 0]));
}

async function tagNames(tx: Transaction): Promise<Record<string, string>> {
  const tags = await tx.query<{ id: number; name: string }>(
    'select id, name from visible_tags order by name limit $1',
    [MAX_TAGS],
  );
  return Object.fromEntries(tags.map((tag) => [String(tag.id), tag.name]));
}
