import type { PointerEvent } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import own from './graph.module.css';
import type { GraphNode } from './graph-model.ts';

interface NodeProps {
  readonly node: GraphNode;
  readonly onLight: (id: string | undefined) => void;
  /** Starts a relation that is drawn from this node; undefined where none may be. */
  readonly onDraw?: ((event: PointerEvent) => void) | undefined;
  readonly onGrab: (event: PointerEvent) => void;
  /** True right after the node was moved: the click that ends it opens nothing. */
  readonly wasMoved: () => boolean;
}

/** A node of the picture: a link to its page, to be moved by the pointer, with a handle that draws relations. */
export function Node({ node, onLight, onDraw, onGrab, wasMoved }: NodeProps) {
  const t = useT();
  const on = () => onLight(node.id);
  const off = () => onLight(undefined);
  return (
    <>
      <AppLink
        className={own.node}
        data-kind={node.kind}
        data-node={node.id}
        draggable={false}
        to={node.path}
        title={`${node.type} ${node.label}`}
        onPointerEnter={on}
        onPointerLeave={off}
        onPointerDown={onGrab}
        onClick={(event) => {
          if (wasMoved()) event.preventDefault();
        }}
        onFocus={on}
        onBlur={off}
      >
        <Icon name={node.icon} size={14} />
        <span>
          <span className={own.type}>{node.type}</span>
          <bdi className={node.kind === 'event' ? undefined : 'mono'}>{node.label.slice(0, 60)}</bdi>
        </span>
      </AppLink>
      {onDraw !== undefined && (
        // The key `r` and the button above do the same.
        <span className={own.handle} aria-hidden="true" title={t('graph.drawHint')} onPointerDown={onDraw}>
          <Icon name="link" size={10} />
        </span>
      )}
    </>
  );
}
