import type { Matrix, MatrixCluster } from '../../api/event-pictures.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import own from './matrix.module.css';

interface MatrixCellsProps {
  readonly matrix: Matrix;
  readonly tab: string;
  readonly onlyUsed: boolean;
  /** Makes the cells buttons that attach a technique or take it off. */
  readonly pick?:
    | {
        readonly isPicked: (cluster: MatrixCluster) => boolean;
        readonly toggle: (cluster: MatrixCluster) => Promise<void>;
      }
    | undefined;
}

/** The columns of a matrix, with what is used marked. */
export function MatrixCells(props: MatrixCellsProps) {
  const t = useT();
  const { matrix, tab, onlyUsed, pick } = props;
  const columns = matrix.matrix[tab] ?? {};
  const order = (matrix.killChainOrders[tab] ?? Object.keys(columns)).filter((name) => columns[name] !== undefined);
  const scoreOf = (cluster: MatrixCluster) => matrix.scores[cluster.tag_name] ?? 0;
  const inOrder = (clusters: readonly MatrixCluster[]) =>
    [...clusters]
      .filter((cluster) => !onlyUsed || scoreOf(cluster) > 0)
      .sort((a, b) => (a.external_id ?? a.value).localeCompare(b.external_id ?? b.value));
  const shown = order
    .map((name) => ({ name, clusters: inOrder(columns[name] ?? []) }))
    .filter((column) => column.clusters.length > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={own.scroll} tabIndex={0} aria-label={t('matrix.label', { name: matrix.Galaxy.name })}>
      {shown.map((column) => (
        <section key={column.name} className={own.column} aria-label={column.name.replaceAll('-', ' ')}>
          <h2>
            {column.name.replaceAll('-', ' ')} <span className="count">{column.clusters.length}</span>
          </h2>
          <ul>
            {column.clusters.map((cluster) => {
              const score = scoreOf(cluster);
              const name = cluster.value.replace(/ - T\d+(\.\d+)?$/, '');
              return (
                <li key={cluster.id} data-used={score > 0} data-sub={cluster.external_id?.includes('.') === true}>
                  {pick !== undefined ? (
                    <button
                      type="button"
                      className={own.pick}
                      aria-pressed={pick.isPicked(cluster)}
                      onClick={() => void pick.toggle(cluster)}
                    >
                      <bdi>{name}</bdi>
                      <span className={own.id}>{cluster.external_id}</span>
                    </button>
                  ) : score > 0 ? (
                    <AppLink to={paths.eventsWithTag(cluster.tag_name)} title={t('matrix.used', { n: score })}>
                      <bdi>{name}</bdi>
                      <span className={own.id}>
                        {cluster.external_id} · {t('matrix.used', { n: score })}
                      </span>
                    </AppLink>
                  ) : (
                    <span>
                      <bdi>{name}</bdi>
                      <span className={own.id}>{cluster.external_id}</span>
                    </span>
                  )}
                </li>
              );
            })}
          </ul>
        </section>
      ))}
    </section>
  );
}
