import { ActionIcon } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import own from './graph.module.css';
import { placeNodes } from './graph-layout.ts';
import type { Graph, GraphNode } from './graph-model.ts';

const size = { width: 150, height: 38 } as const;

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

/** A picture of the graph: drag to move, wheel or buttons to zoom, every node a link in the order of the tab key. */
export function GraphCanvas({ graph, label }: { readonly graph: Graph; readonly label: string }) {
  const t = useT();
  const places = useMemo(() => placeNodes(graph.nodes, graph.edges, 150), [graph]);
  const whole = useMemo(() => around([...places.values()]), [places]);
  const [view, setView] = useState<View>(whole);
  const [lit, setLit] = useState<string>();
  const [shownOf, setShownOf] = useState(whole);
  if (shownOf !== whole) {
    setShownOf(whole);
    setView(whole);
  }
  const drag = useRef<{ readonly x: number; readonly y: number; readonly view: View }>(undefined);
  const svg = useRef<SVGSVGElement>(null);

  const zoom = (factor: number) =>
    setView((now) => {
      const width = Math.min(whole.width * 3, Math.max(300, now.width * factor));
      const height = (now.height / now.width) * width;
      return { x: now.x + (now.width - width) / 2, y: now.y + (now.height - height) / 2, width, height };
    });
  const unit = () => view.width / (svg.current?.clientWidth ?? 1);
  const near = new Set(
    lit === undefined
      ? []
      : graph.edges.flatMap((edge) => (edge.from === lit || edge.to === lit ? [edge.from, edge.to] : [])),
  );
  const isDim = (id: string) => lit !== undefined && id !== lit && !near.has(id);

  return (
    <section className={own.canvas} aria-label={label}>
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
        <ActionIcon variant="default" aria-label={t('graph.fit')} title={t('graph.fit')} onClick={() => setView(whole)}>
          <Icon name="refresh" />
        </ActionIcon>
      </div>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: named by the section around it */}
      <svg
        ref={svg}
        viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`}
        onWheel={(event) => zoom(event.deltaY > 0 ? 1.12 : 0.89)}
        onPointerDown={(event) => {
          if (event.target instanceof Element && event.target.closest('a') !== null) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY, view };
        }}
        onPointerMove={(event) => {
          const from = drag.current;
          if (from === undefined) return;
          setView({
            ...from.view,
            x: from.view.x - (event.clientX - from.x) * unit(),
            y: from.view.y - (event.clientY - from.y) * unit(),
          });
        }}
        onPointerUp={() => {
          drag.current = undefined;
        }}
      >
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" fill="var(--control)" />
          </marker>
        </defs>
        {graph.edges.map((edge, index) => {
          const [from, to] = [places.get(edge.from), places.get(edge.to)];
          if (from === undefined || to === undefined) return null;
          const isLit = lit !== undefined && (edge.from === lit || edge.to === lit);
          const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: edges have no other identity
            <g key={index} className={own.edge} data-lit={isLit} data-dim={lit !== undefined && !isLit}>
              <path d={`M${from.x} ${from.y} L${middle.x} ${middle.y} L${to.x} ${to.y}`} markerMid="url(#arrow)" />
              {edge.label !== '' && (isLit || graph.edges.length <= 40) && (
                <text x={middle.x} y={middle.y - 4}>
                  {edge.label}
                </text>
              )}
            </g>
          );
        })}
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
              <Node node={node} onLight={setLit} />
            </foreignObject>
          );
        })}
      </svg>
    </section>
  );
}

function Node(props: { readonly node: GraphNode; readonly onLight: (id: string | undefined) => void }) {
  const { node, onLight } = props;
  const on = () => onLight(node.id);
  const off = () => onLight(undefined);
  return (
    <AppLink
      className={own.node}
      data-kind={node.kind}
      to={node.path}
      title={`${node.type} ${node.label}`}
      onPointerEnter={on}
      onPointerLeave={off}
      onFocus={on}
      onBlur={off}
    >
      <Icon name={node.icon} size={14} />
      <span>
        <span className={own.type}>{node.type}</span>
        <bdi className={node.kind === 'event' ? undefined : 'mono'}>{node.label.slice(0, 60)}</bdi>
      </span>
    </AppLink>
  );
}
