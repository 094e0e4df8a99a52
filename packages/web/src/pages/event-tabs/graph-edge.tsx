import own from './graph.module.css';
import type { Point } from './graph-layout.ts';
import type { GraphEdge } from './graph-model.ts';

interface EdgeProps {
  readonly edge: GraphEdge;
  readonly places: ReadonlyMap<string, Point>;
  /** The node that is looked at. */
  readonly lit: string | undefined;
  readonly part: 'line' | 'label';
  readonly onEdge: ((edge: GraphEdge) => void) | undefined;
}

/** The line of an edge with its arrow, or its label, which lies over all nodes. */
export function Edge(props: EdgeProps) {
  const { edge, places, lit, onEdge } = props;
  const [from, to] = [places.get(edge.from), places.get(edge.to)];
  if (from === undefined || to === undefined) return null;
  const isLit = lit !== undefined && (edge.from === lit || edge.to === lit);
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const line = `M${from.x} ${from.y} L${middle.x} ${middle.y} L${to.x} ${to.y}`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the list has buttons for it
    <g
      className={own.edge}
      data-lit={isLit}
      data-dim={lit !== undefined && !isLit}
      data-editable={onEdge !== undefined}
      onClick={() => onEdge?.(edge)}
    >
      {props.part === 'line' ? (
        <>
          <path d={line} markerMid="url(#arrow)" />
          <path className={own.hit} d={line} />
        </>
      ) : (
        <text x={middle.x} y={middle.y - 5}>
          {edge.label}
        </text>
      )}
    </g>
  );
}
