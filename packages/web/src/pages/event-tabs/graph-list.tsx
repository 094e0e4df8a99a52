import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import type { Graph, GraphEdge } from './graph-model.ts';
import styles from './tabs.module.css';
import type { Relations } from './use-relations.tsx';

/** What the picture shows, as a table; the relations of the event can be changed here too. */
export function GraphList({ graph, relations }: { readonly graph: Graph; readonly relations?: Relations | undefined }) {
  const t = useT();
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const cell = (id: string) => {
    const node = nodes.get(id);
    if (node === undefined) return null;
    return (
      <AppLink to={node.path}>
        <Icon name={node.icon} size={13} /> <span className="muted">{node.type}</span>{' '}
        <bdi className={node.kind === 'event' ? undefined : 'mono'}>{node.label.slice(0, 200)}</bdi>
      </AppLink>
    );
  };
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t('graph.from')}</th>
          <th>{t('graph.relation')}</th>
          <th>{t('graph.to')}</th>
          <th>{t('attribute.comment')}</th>
          {relations !== undefined && (
            <th>
              <span className="visually-hidden">{t('grid.tools')}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {graph.edges.map((edge, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: edges have no other identity
          <tr key={index}>
            <td>{cell(edge.from)}</td>
            <td className={styles.nowrap}>
              {edge.label === '' ? <span aria-hidden="true">→</span> : <bdi>{edge.label}</bdi>}
            </td>
            <td>{cell(edge.to)}</td>
            <td>
              <bdi>{edge.comment}</bdi>
            </td>
            {relations !== undefined && (
              <td className={styles.nowrap}>
                <EdgeTools edge={edge} relations={relations} />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function EdgeTools({ edge, relations }: { readonly edge: GraphEdge; readonly relations: Relations }) {
  const t = useT();
  const { disabledReason } = relations;
  const name = `${t('graph.relation')} ${edge.label}`;
  return (
    <>
      <button
        type="button"
        className="icon-button"
        aria-label={`${t('action.edit')}: ${name}`}
        title={disabledReason ?? t('action.edit')}
        disabled={disabledReason !== undefined}
        onClick={() => relations.edit(edge)}
      >
        <Icon name="edit" size={14} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label={`${t('action.delete')}: ${name}`}
        title={disabledReason ?? t('action.delete')}
        disabled={disabledReason !== undefined}
        onClick={() => void relations.remove(edge)}
      >
        <Icon name="trash" size={14} />
      </button>
    </>
  );
}
