import { useMemo, useState } from 'react';
import { type Point, placeNodes } from './graph-layout.ts';
import type { Graph } from './graph-model.ts';

/** Pixels of a node. */
export const nodeSize = { width: 170, height: 38 } as const;

/** The part of the plane that is on screen. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function around(points: readonly Point[]): View {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  const [left, right] = [Math.min(...xs) - nodeSize.width, Math.max(...xs) + nodeSize.width];
  const [top, bottom] = [Math.min(...ys) - nodeSize.height * 2, Math.max(...ys) + nodeSize.height * 2];
  return { x: left, y: top, width: Math.max(600, right - left), height: Math.max(360, bottom - top) };
}

interface GraphPlaces {
  readonly places: ReadonlyMap<string, Point>;
  readonly view: View;
  readonly setView: (view: View) => void;
  /** Puts a node where it then stays, also when another is added. */
  readonly moveNode: (id: string, place: Point) => void;
  readonly zoom: (factor: number) => void;
  /** Shows all of it, every node where it was laid out; gives these places. */
  readonly reset: () => ReadonlyMap<string, Point>;
}

/** Where the nodes of a graph stand, and the part of the plane that is shown; both begin anew with `graph` and `kept`. */
export function useGraphPlaces(graph: Graph, kept: ReadonlyMap<string, Point> | undefined): GraphPlaces {
  const laidOut = useMemo(() => {
    const places = new Map(placeNodes(graph.nodes, graph.edges, 130));
    for (const { id } of graph.nodes) {
      const place = kept?.get(id);
      if (place !== undefined) places.set(id, place);
    }
    return places;
  }, [graph, kept]);
  const [moved, setMoved] = useState<ReadonlyMap<string, Point>>(new Map());
  const places = useMemo(() => new Map([...laidOut, ...moved]), [laidOut, moved]);
  const whole = useMemo(() => around([...laidOut.values()]), [laidOut]);
  const [view, setView] = useState<View>(whole);
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
  return {
    ...{ places, view, setView },
    moveNode: (id, place) => setMoved((before) => new Map(before).set(id, place)),
    zoom: (factor) =>
      setView((now) => {
        const width = Math.min(whole.width * 3, Math.max(300, now.width * factor));
        const height = (now.height / now.width) * width;
        return { x: now.x + (now.width - width) / 2, y: now.y + (now.height - height) / 2, width, height };
      }),
    reset() {
      setMoved(new Map());
      setView(whole);
      return laidOut;
    },
  };
}
