import type { Point } from './graph-layout.ts';
import type { Graph } from './graph-model.ts';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPlace = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < 1e6;

/** Places of the nodes of a kept graph, by the nodes' numbers; empty for one that holds none. */
export function readLayout(json: string): ReadonlyMap<string, Point> {
  let graph: unknown;
  try {
    graph = JSON.parse(json);
  } catch {
    // Kept by another program, in a form of its own: there is nothing to take from it.
    return new Map();
  }
  const nodes = isRecord(graph) && Array.isArray(graph.nodes) ? graph.nodes : [];
  return new Map(
    nodes.flatMap((node): [string, Point][] =>
      isRecord(node) && isPlace(node.x) && isPlace(node.y) ? [[String(node.id), { x: node.x, y: node.y }]] : [],
    ),
  );
}

/** A graph with the places of its nodes, as `event_graph/add` keeps it: nodes and edges of a network. */
export function writeLayout(graph: Graph, places: ReadonlyMap<string, Point>): string {
  const nodes = graph.nodes.flatMap((node) => {
    const place = places.get(node.id);
    if (place === undefined) return [];
    return [{ id: node.id, uuid: node.uuid, label: node.label, x: Math.round(place.x), y: Math.round(place.y) }];
  });
  const edges = graph.edges.map(({ from, to, label }) => ({ from, to, label }));
  return JSON.stringify({ scope: 'Reference', nodes, edges });
}
