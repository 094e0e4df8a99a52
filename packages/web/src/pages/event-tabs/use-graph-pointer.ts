import { type PointerEvent, type RefObject, useRef, useState } from 'react';
import type { Point } from './graph-layout.ts';
import type { Graph } from './graph-model.ts';
import { nodeSize, type View } from './use-graph-places.ts';

/** Pixels a pointer travels before a press on a node is a move, not a click. */
const slack = 4;

/** What the pointer is doing: moving the plane or a node, or drawing a relation. */
type Gesture =
  | { readonly kind: 'pan'; readonly x: number; readonly y: number; readonly view: View }
  | { readonly kind: 'move'; readonly id: string; readonly x: number; readonly y: number }
  | { readonly kind: 'draw'; readonly id: string };

interface Plane {
  readonly svg: RefObject<SVGSVGElement | null>;
  readonly graph: Graph;
  readonly places: ReadonlyMap<string, Point>;
  readonly setView: (view: View) => void;
  readonly moveNode: (id: string, place: Point) => void;
  readonly onPlaces: ((places: ReadonlyMap<string, Point>) => void) | undefined;
  readonly onRelate: ((from: string, to: string) => void) | undefined;
}

/** A relation that is being drawn, from a node to the pointer. */
interface DrawnRelation {
  readonly from: string;
  readonly to: Point;
}

/** What the pointer does on the plane of a graph: moves it or a node, or draws a relation. */
export function useGraphPointer(plane: Plane) {
  const { svg, graph, places, setView, moveNode, onPlaces, onRelate } = plane;
  const [drawn, setDrawn] = useState<DrawnRelation>();
  const gesture = useRef<Gesture>(undefined);
  const hasMoved = useRef(false);

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
        Math.abs(place.x - point.x) <= nodeSize.width / 2 &&
        Math.abs(place.y - point.y) <= nodeSize.height / 2
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
    if (now.kind === 'move') moveNode(now.id, pointAt(event));
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

  return { drawn, start, onMove, onUp, wasMoved: () => hasMoved.current };
}
