import { ActionIcon } from '@mantine/core';
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import own from './graph.module.css';
import { type Point, placeNodes } from './graph-layout.ts';
import type { Graph, GraphEdge } from './graph-model.ts';
import { Node } from './graph-node.tsx';

const size = { width: 170, height: 38 } as const;
/** Pixels a pointer travels before a press on a node is a move, not a click. */
const slack = 4;

/** The part of the plane that is on screen. */
interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function around(points: readonly { readonly x: number; readonly y: number }[]): View {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [left, right] = [Math.min(...xs) - size.width, Math.max(...xs) + size.width];
  const [top, bottom] = [Math.min(...ys) - size.height * 2, Math.max(...ys) + size.height * 2];
  return { x: left, y: top, width: Math.max(600, right - left), height: Math.max(360, bottom - top) };
}

interface GraphCanvasProps {
  readonly graph: Graph;
  readonly label: string;
  /** Places that somebody has kept; what has none is laid out. */
  readonly kept?: ReadonlyMap<string, Point> | undefined;
  /** Tells where everything stands after something was moved. */
  readonly onPlaces?: ((places: ReadonlyMap<string, Point>) => void) | undefined;
  /** Draws a relation from one node to another; undefined where none may be drawn. */
  readonly onRelate?: ((from: string, to: string) => void) | undefined;
  readonly onEdge?: ((edge: GraphEdge) => void) | undefined;
}

/** What the pointer is doing: moving the plane or a node, or drawing a relation. */
type Gesture =
  | { readonly kind: 'pan'; readonly x: number; readonly y: number; readonly view: View }
  | { readonly kind: 'move'; readonly id: string; readonly x: number; readonly y: number }
  | { readonly kind: 'draw'; readonly id: string };

/**
 * A picture of the graph: drag the plane or a node to move it, wheel or buttons to zoom, drag a node's handle to
 * another node to relate them. Every node is a link in the order of the tab key.
 */
export function GraphCanvas({ graph, label, kept, onPlaces, onRelate, onEdge }: GraphCanvasProps) {
  const t = useT();
  const laidOut = useMemo(() => {
    const places = new Map(placeNodes(graph.nodes, graph.edges, 130));
    for (const { id } of graph.nodes) {
      const place = kept?.get(id);
      if (place !== undefined) places.set(id, place);
    }
    return places;
  }, [graph, kept]);
  // Where somebody put a node it stays, also when another is added.
  const [moved, setMoved] = useState<ReadonlyMap<string, Point>>(new Map());
  const places = useMemo(() => new Map([...laidOut, ...moved]), [laidOut, moved]);
  const whole = useMemo(() => around([...laidOut.values()]), [laidOut]);
  const [view, setView] = useState<View>(whole);
  const [lit, setLit] = useState<string>();
  const [drawn, setDrawn] = useState<{ readonly from: string; readonly to: Point }>();
  const [shownOf, setShownOf] = useState(whole);
  const [movedOf, setMovedOf] = useState(kept);
  if (shownOf !== whole) {
    setShownOf(whole);
    setView(whole);
  }
  if (movedOf !== kept) {
    setMovedOf(kept);
    setMoved(new Map());
  }
  const gesture = useRef<Gesture>(undefined);
  const hasMoved = useRef(false);
  const svg = useRef<SVGSVGElement>(null);

  const zoom = (factor: number) =>
    setView((now) => {
      const width = Math.min(whole.width * 3, Math.max(300, now.width * factor));
      const height = (now.height / now.width) * width;
      return { x: now.x + (now.width - width) / 2, y: now.y + (now.height - height) / 2, width, height };
    });
  /** The place on the plane under a pointer. */
  function pointAt(event: PointerEvent): Point {
    const matrix = svg.current?.getScreenCTM()?.inverse();
    if (matrix === undefined) return { x: 0, y: 0 };
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix);
    return { x, y };
  }
  const scale = () => svg.current?.getScreenCTM()?.a ?? 1;
  const nodeAt = (point: Point) =>
    graph.nodes.find((node) => {
      const place = places.get(node.id);
      return (
        place !== undefined &&
        Math.abs(place.x - point.x) <= size.width / 2 &&
        Math.abs(place.y - point.y) <= size.height / 2
      );
    });

  function start(event: PointerEvent, next: Gesture) {
    if (event.button !== 0) return;
    hasMoved.current = false;
    gesture.current = next;
    event.stopPropagation();
  }

  function onMove(event: PointerEvent) {
    const now = gesture.current;
    if (now === undefined) return;
    if (now.kind === 'draw') {
      event.preventDefault();
      setDrawn({ from: now.id, to: pointAt(event) });
      return;
    }
    const [dx, dy] = [event.clientX - now.x, event.clientY - now.y];
    if (!hasMoved.current && Math.hypot(dx, dy) < slack) return;
    if (!hasMoved.current) svg.current?.setPointerCapture(event.pointerId);
    hasMoved.current = true;
    if (now.kind === 'move') setMoved((before) => new Map(before).set(now.id, pointAt(event)));
    else setView({ ...now.view, x: now.view.x - dx / scale(), y: now.view.y - dy / scale() });
  }

  function onUp(event: PointerEvent) {
    const now = gesture.current;
    gesture.current = undefined;
    setDrawn(undefined);
    if (now?.kind === 'move' && hasMoved.current) onPlaces?.(places);
    if (now?.kind !== 'draw') return;
    const target = nodeAt(pointAt(event));
    if (target !== undefined && target.id !== now.id) onRelate?.(now.id, target.id);
  }

  const near = new Set(
    lit === undefined
      ? []
      : graph.edges.flatMap((edge) => (edge.from === lit || edge.to === lit ? [edge.from, edge.to] : [])),
  );
  const isDim = (id: string) => lit !== undefined && drawn === undefined && id !== lit && !near.has(id);
  const origin = drawn === undefined ? undefined : places.get(drawn.from);

  return (
    <section className={own.canvas} aria-label={t('graph.pictureOf', { name: label })}>
      <div className={own.buttons}>
        <ActionIcon
          variant="default"
          aria-label={t('graph.zoomIn')}
          title={t('graph.zoomIn')}
          onClick={() => zoom(0.75)}
        >
          <Icon name="plus" />
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t('graph.zoomOut')}
          title={t('graph.zoomOut')}
          onClick={() => zoom(1.33)}
        >
          <span aria-hidden="true">−</span>
        </ActionIcon>
        <ActionIcon
          variant="default"
          aria-label={t('graph.fit')}
          title={t('graph.fit')}
          onClick={() => {
            setMoved(new Map());
            setView(whole);
            onPlaces?.(laidOut);
          }}
        >
          <Icon name="refresh" />
        </ActionIcon>
      </div>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: named by the section around it */}
      <svg
        ref={svg}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        onWheel={(event) => zoom(event.deltaY > 0 ? 1.12 : 0.89)}
        onPointerDown={(event) => start(event, { kind: 'pan', x: event.clientX, y: event.clientY, view })}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" fill="var(--control)" />
          </marker>
        </defs>
        {graph.edges.map((edge, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: edges have no other identity
          <Edge key={index} edge={edge} places={places} lit={lit} part="line" onEdge={onEdge} />
        ))}
        {origin !== undefined && drawn !== undefined && (
          <path className={own.drawn} d={`M${origin.x} ${origin.y} L${drawn.to.x} ${drawn.to.y}`} />
        )}
        {graph.nodes.map((node) => {
          const place = places.get(node.id);
          if (place === undefined) return null;
          return (
            <foreignObject
              key={node.id}
              x={place.x - size.width / 2}
              y={place.y - size.height / 2}
              width={size.width}
              height={size.height}
              data-dim={isDim(node.id)}
              className={own.holder}
            >
              <Node
                node={node}
                onLight={setLit}
                onGrab={(event) => start(event, { kind: 'move', id: node.id, x: event.clientX, y: event.clientY })}
                onDraw={
                  onRelate !== undefined && node.kind === 'object'
                    ? (event) => start(event, { kind: 'draw', id: node.id })
                    : undefined
                }
                wasMoved={() => hasMoved.current}
              />
            </foreignObject>
          );
        })}
        {graph.edges.map((edge, index) => {
          const isLit = lit !== undefined && (edge.from === lit || edge.to === lit);
          if (edge.label === '' || !(isLit || graph.edges.length <= 40)) return null;
          // biome-ignore lint/suspicious/noArrayIndexKey: edges have no other identity
          return <Edge key={index} edge={edge} places={places} lit={lit} part="label" onEdge={onEdge} />;
        })}
      </svg>
    </section>
  );
}

function Edge(props: {
  readonly edge: GraphEdge;
  readonly places: ReadonlyMap<string, Point>;
  readonly lit: string | undefined;
  readonly part: 'line' | 'label';
  readonly onEdge: ((edge: GraphEdge) => void) | undefined;
}) {
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
