import type { CorrelationPage, GraphItem, ItemGraph } from '../../api/event-pictures.ts';
import type { IconName } from '../../components/icon.tsx';
import { iconOfType } from '../../components/type-icon.ts';
import { paths } from '../../routing/paths.ts';

/** What a node of the graph stands for. */
export interface GraphNode {
  readonly id: string;
  /** By which references name it; events and tags have none here. */
  readonly uuid?: string;
  readonly kind: 'object' | 'attribute' | 'tag' | 'event';
  readonly type: string;
  readonly label: string;
  readonly icon: IconName;
  /** Page that tells more; empty where there is none. */
  readonly path: string;
}

/** A relation between two nodes, by their ids. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** What the relation is called. */
  readonly label: string;
  readonly comment: string;
  /** The reference that can be deleted. */
  readonly referenceId?: string;
}

/** What is drawn of an event. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Linked nodes there are in all, drawn or not. */
  readonly total: number;
}

/** Nodes drawn at once; of more, those with the most links are kept, and the list tells of all. */
export const mostNodes = 200;

const kindOf = (word: string): GraphNode['kind'] =>
  word === 'object' || word === 'tag' || word === 'event' ? word : 'attribute';

/** A node of an item of the event: an object by its first values, an attribute by its value, a tag. */
export function nodeOfItem(eventId: string, item: GraphItem): GraphNode {
  const kind = kindOf(item.node_type);
  const lead = item.Attribute?.slice(0, 2).map((member) => member.value) ?? [];
  return {
    id: String(item.id),
    uuid: item.uuid,
    kind,
    type: kind === 'tag' ? 'tag' : item.type,
    label: lead.length > 0 ? lead.join(' · ') : item.label,
    icon: kind === 'object' ? 'cube' : kind === 'tag' ? 'tag' : iconOfType(item.type),
    path: kind === 'tag' ? paths.eventsWithTag(item.label) : paths.eventAt(eventId, item.uuid),
  };
}

/** The event's items that are linked by references or tags; with `loose` also its objects that nothing links yet. */
export function graphOfItems(eventId: string, graph: ItemGraph, loose = false): Graph {
  const edges = graph.relations.map(
    (relation): GraphEdge => ({
      from: String(relation.from),
      to: String(relation.to),
      label: relation.type ?? '',
      comment: relation.comment ?? '',
      ...(relation.id === undefined ? {} : { referenceId: relation.id }),
    }),
  );
  const linked = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  const nodes = graph.items
    .filter((item) => linked.has(String(item.id)) || (loose && item.node_type === 'object'))
    .map((item) => nodeOfItem(eventId, item));
  return bounded(nodes, edges);
}

/** The event, its correlating attributes and the events that share their values. */
export function graphOfCorrelations(pages: readonly CorrelationPage[]): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const node of pages.flatMap((page) => page.nodes)) {
    const isEvent = node.kind === 'event';
    nodes.set(node.id, {
      id: node.id,
      kind: isEvent ? 'event' : 'attribute',
      type: isEvent ? (node.date ?? '') : (node.type ?? ''),
      label: isEvent ? (node.info ?? '') : (node.value ?? ''),
      icon: isEvent ? 'events' : iconOfType(node.type ?? ''),
      path: isEvent ? paths.event(node.id.replace('event-', '')) : paths.search(node.value ?? ''),
    });
  }
  const edges = pages
    .flatMap((page) => page.links)
    .map((link): GraphEdge => ({ from: link.source, to: link.target, label: '', comment: '' }));
  const linked = new Set(edges.flatMap((edge) => [edge.from, edge.to]));
  return bounded(
    [...nodes.values()].filter((node) => linked.has(node.id)),
    edges,
  );
}

function bounded(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Graph {
  const known = new Set(nodes.map((node) => node.id));
  const whole = edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  if (nodes.length <= mostNodes) return { nodes, edges: whole, total: nodes.length };
  const links = new Map<string, number>();
  for (const { from, to } of whole) for (const id of [from, to]) links.set(id, (links.get(id) ?? 0) + 1);
  const kept = [...nodes].sort((a, b) => (links.get(b.id) ?? 0) - (links.get(a.id) ?? 0)).slice(0, mostNodes);
  const keptIds = new Set(kept.map((node) => node.id));
  return {
    nodes: kept,
    edges: whole.filter((edge) => keptIds.has(edge.from) && keptIds.has(edge.to)),
    total: nodes.length,
  };
}
