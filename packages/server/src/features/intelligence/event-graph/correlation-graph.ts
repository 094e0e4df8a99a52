import { analysisStates, choiceName, distributions } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type JsonObject, readObjects } from '../../../http/lenient.ts';
import { galaxiesOfTags } from '../../knowledge/galaxies/service.ts';
import { selectTaxonomiesOfTags, type TaxonomyOfTag } from '../../knowledge/taxonomies/queries.ts';
import { correlationLimits } from '../../search/correlations/limits.ts';
import { findRelatedAttributes } from '../../search/correlations/related-attributes.ts';
import { type LinkedTag, loadEventTags, loadHeaders } from '../events/load.ts';
import type { EventHeader } from '../events/wire.ts';
import type { GraphContent } from './content.ts';

const MAX_PAIRS = 2000;
const MAX_EVENTS = 100;

/** Nodes by their `unique_id`, and links between them; MISP numbers the nodes in the order in which they come. */
class Graph {
  readonly #nodes = new Map<string, JsonObject>();
  readonly #links = new Map<string, JsonObject>();

  constructor(earlier: JsonObject) {
    const nodes = readObjects(earlier.nodes).filter((node) => typeof node.unique_id === 'string');
    for (const node of nodes) this.#nodes.set(String(node.unique_id), node);
    for (const link of readObjects(earlier.links)) {
      const [source, target] = [nodes[Number(link.source)], nodes[Number(link.target)]];
      if (source && target)
        this.link(String(source.unique_id), String(target.unique_id), Number(link.linkDistance) || 150);
    }
  }

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  add(node: JsonObject & { unique_id: string }): string {
    const known = this.#nodes.get(node.unique_id);
    this.#nodes.set(node.unique_id, { ...known, ...node, expanded: known?.expanded === true || node.expanded });
    return node.unique_id;
  }

  link(source: string, target: string, linkDistance: number): void {
    const key = [source, target].sort().join(' ');
    if (!this.#links.has(key)) this.#links.set(key, { source, target, linkDistance });
  }

  wire(): JsonObject {
    const place = new Map([...this.#nodes.keys()].map((id, index) => [id, index]));
    return {
      links: [...this.#links.values()].map((link) => ({
        source: place.get(String(link.source)),
        target: place.get(String(link.target)),
        linkDistance: link.linkDistance,
      })),
      nodes: [...this.#nodes.values()],
    };
  }
}

/** The event with its tags, clusters, objects and the attributes by which it meets other events, added to a graph. */
export async function eventGraph(
  magpie: Magpie,
  tx: Transaction,
  content: GraphContent,
  earlier: JsonObject,
): Promise<JsonObject> {
  const graph = new Graph(earlier);
  const { event } = content;
  const all = await correlatedAttributes(magpie, tx, content);
  const pairs = all.slice(0, MAX_PAIRS);
  const headers = await loadHeaders(tx, [...new Set([event.id, ...pairs.map((pair) => pair.other)])]);
  const nodeOf = new Map(headers.map((header) => [header.id, eventNode(magpie, header, header.id === event.id)]));
  const own = nodeOf.get(event.id);
  if (own === undefined) return graph.wire();
  const root = graph.add(own);
  await addTags(tx, graph, root, event.id);
  const others = Map.groupBy(pairs, (pair) => pair.attribute_id);
  const shown = new Map<string, string>();
  const addAttribute = (attribute: JsonObject, parent: string, distance: number) => {
    // An attribute that equals one shown is that one.
    const what = JSON.stringify([attribute.type, attribute.value]);
    const node = shown.get(what) ?? graph.add(attributeNode(attribute));
    shown.set(what, node);
    graph.link(parent, node, distance);
    for (const { other } of others.get(Number(attribute.id)) ?? []) {
      const related = nodeOf.get(other);
      if (!related) continue;
      // In MISP links lead from the event where it stands in the graph already.
      if (graph.has(related.unique_id)) graph.link(related.unique_id, node, 150);
      else graph.link(node, graph.add(related), 150);
    }
  };
  for (const object of content.objects) {
    const node = graph.add(objectNode(object));
    graph.link(root, node, 150);
    for (const member of readObjects(object.Attribute)) addAttribute(member, node, 50);
  }
  for (const attribute of content.attributes) {
    if (others.has(Number(attribute.id))) addAttribute(attribute, root, 150);
  }
  return { ...graph.wire(), ...(all.length > pairs.length ? { truncated: true } : content.cut) };
}

/** The visible events that carry a tag, added to a graph. `key` is a tag's id or name. */
export async function tagGraph(
  magpie: Magpie,
  tx: Transaction,
  key: { id: number } | { name: string },
  earlier: JsonObject,
): Promise<JsonObject> {
  const graph = new Graph(earlier);
  const events = await tx.query<{ id: number }>(
    `select distinct l.event_id as id from visible_event_tags l join visible_tags t on t.id = l.tag_id
     where ${'id' in key ? 't.id = $1' : 'lower(t.name) = lower($1)'} order by 1 limit $2`,
    ['id' in key ? key.id : key.name, MAX_EVENTS + 1],
  );
  for (const header of await loadHeaders(
    tx,
    events.slice(0, MAX_EVENTS).map((event) => event.id),
  )) {
    await addTags(tx, graph, graph.add(eventNode(magpie, header, false)), header.id);
  }
  return { ...graph.wire(), ...(events.length > MAX_EVENTS ? { truncated: true } : {}) };
}

async function addTags(tx: Transaction, graph: Graph, root: string, eventId: number): Promise<void> {
  const tags = await loadEventTags(tx, [eventId], { includeAllTags: true });
  const clusters = await galaxiesOfTags(
    tx,
    tags.filter((tag) => tag.is_galaxy).map((tag) => tag.name),
  );
  const taxonomies = await selectTaxonomiesOfTags(
    tx,
    tags.map((tag) => tag.name),
  );
  for (const tag of tags) {
    const cluster = clusters.get(tag.name);
    // The cluster is gone, or not for the viewer.
    if (tag.is_galaxy && !cluster) continue;
    const node = cluster
      ? clusterNode(cluster.galaxy, cluster.cluster)
      : tagNode(tag, taxonomies.get(tag.name.toLowerCase()));
    graph.link(root, graph.add(node), cluster ? 150 : 100);
  }
}

/** Which of the attributes shown meet which other events, by the rules of correlation. */
async function correlatedAttributes(
  magpie: Magpie,
  tx: Transaction,
  content: GraphContent,
): Promise<{ attribute_id: number; other: number }[]> {
  const members = content.objects.flatMap((object) => readObjects(object.Attribute));
  const ids = [...content.attributes, ...members].map((attribute) => Number(attribute.id));
  const related = await findRelatedAttributes(tx, ids, correlationLimits(magpie));
  return [...related].flatMap(([id, rows]) =>
    [...new Set(rows.map((row) => row.event_id))].map((other) => ({ attribute_id: id, other })),
  );
}

function eventNode(magpie: Magpie, header: EventHeader, expanded: boolean) {
  return {
    unique_id: `event-${header.id}`,
    name: `(${header.id}) ${header.info}`,
    type: 'event',
    id: String(header.id),
    expanded,
    uuid: header.uuid,
    image: `${magpie.config.baseUrl}/img/misp-org.png`,
    info: header.info,
    org: header.orgc_name,
    analysis: choiceName(analysisStates, header.analysis),
    distribution: choiceName(distributions, header.distribution),
    date: header.date,
  };
}

function tagNode(tag: LinkedTag, taxonomy: TaxonomyOfTag | undefined) {
  const { name, colour } = tag;
  return {
    unique_id: `tag-${tag.id}`,
    name,
    type: 'tag',
    expanded: false,
    id: String(tag.id),
    colour,
    imgClass: taxonomy ? 'tags' : 'tag',
    ...(taxonomy
      ? {
          taxonomy: taxonomy.namespace,
          description: taxonomy.description ?? '',
          taxonomy_description: taxonomy.taxonomy_description,
        }
      : {}),
  };
}

function clusterNode(galaxy: JsonObject, cluster: JsonObject) {
  const authors = Array.isArray(cluster.authors) ? cluster.authors.join(', ') : '';
  return {
    unique_id: `galaxy-${cluster.id}`,
    name: cluster.value,
    galaxy: galaxy.name,
    type: 'galaxy',
    expanded: false,
    id: cluster.id,
    source: cluster.source,
    tag_name: cluster.tag_name,
    description: cluster.description,
    imgClass: galaxy.icon,
    authors,
    synonyms: '',
  };
}

function objectNode(object: JsonObject) {
  return {
    unique_id: `object-${object.id}`,
    name: object.name,
    type: 'object',
    id: object.id,
    uuid: object.uuid,
    metacategory: object['meta-category'],
    description: object.description,
    comment: object.comment,
    imgClass: 'th-list',
  };
}

function attributeNode(attribute: JsonObject) {
  return {
    unique_id: `attribute-${attribute.id}`,
    name: attribute.value,
    type: 'attribute',
    id: attribute.id,
    uuid: attribute.uuid,
    att_category: attribute.category,
    att_type: attribute.type,
    image: '/img/indicator.png',
    att_ids: attribute.to_ids,
    comment: attribute.comment,
  };
}
