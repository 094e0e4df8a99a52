import { ActionIcon } from '@mantine/core';
import { useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import own from './graph.module.css';
import { Edge } from './graph-edge.tsx';
import type { Point } from './graph-layout.ts';
import type { Graph, GraphEdge } from './graph-model.ts';
import { Node } from './graph-node.tsx';
import { nodeSize, useGraphPlaces } from './use-graph-places.ts';
import { useGraphPointer } from './use-graph-pointer.ts';

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

/**
 * A picture of the graph: drag the plane or a node to move it, wheel or buttons to zoom, drag a node's handle to
 * another node to relate them. Every node is a link in the order of the tab key.
 */
export function GraphCanvas({ graph, label, kept, onPlaces, onRelate, onEdge }: GraphCanvasProps) {
  const t = useT();
  const svg = useRef<SVGSVGElement>(null);
  const { places, view, setView, moveNode, zoom, reset } = useGraphPlaces(graph, kept);
  const { drawn, start, onMove, onUp, wasMoved } = useGraphPointer({
    ...{ svg, graph, places, setView, moveNode, onPlaces, onRelate },
  });
  const [lit, setLit] = useState<string>();

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
            const laidOut = reset();
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
              x={place.x - nodeSize.width / 2}
              y={place.y - nodeSize.height / 2}
              width={nodeSize.width}
              height={nodeSize.height}
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
                wasMoved={wasMoved}
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
