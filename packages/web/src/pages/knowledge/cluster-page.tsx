import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../../api/client.ts';
import { type Cluster, type ClusterRelation, clusterQuery, relatedClustersQuery } from '../../api/clusters.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { TagRow } from '../../components/tag-chip.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { ClusterForm } from './cluster-form.tsx';

/** Keys with all their values; synonyms first. */
function elementsByKey(cluster: Cluster): (readonly [string, readonly string[]])[] {
  const byKey = new Map<string, string[]>();
  for (const { key, value } of cluster.GalaxyElement ?? []) byKey.set(key, [...(byKey.get(key) ?? []), value]);
  return [...byKey].sort(([a], [b]) => Number(b === 'synonyms') - Number(a === 'synonyms') || a.localeCompare(b));
}

function Elements({ cluster }: { readonly cluster: Cluster }) {
  const t = useT();
  const rows = elementsByKey(cluster);
  if (rows.length === 0) return <p className="muted">{t('cluster.noElements')}</p>;
  return (
    <PlainTable
      label={t('cluster.elements')}
      heads={[t('cluster.key'), t('cluster.value')]}
      rows={rows.map(([key, values]) => ({
        key,
        cells: [
          <span key="key" className="mono">
            {key}
          </span>,
          <span key="values">
            {values.slice(0, 100).map((value, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: values of a key may repeat
              <bdi key={index} style={{ display: 'block' }}>
                {value}
              </bdi>
            ))}
          </span>,
        ],
      }))}
    />
  );
}

function RelationRow(props: { readonly relation: ClusterRelation; readonly id: string; readonly name: string }) {
  const { relation } = props;
  return (
    <li>
      <span className="muted">{relation.referenced_galaxy_cluster_type}</span>{' '}
      {props.id === '0' ? (
        <bdi>{props.name}</bdi>
      ) : (
        <AppLink to={paths.cluster(props.id)}>
          <bdi>{props.name}</bdi>
        </AppLink>
      )}{' '}
      <TagRow tags={relation.Tag ?? []} max={2} />
    </li>
  );
}

/** What the cluster is related to and what to it, as a tree of two branches. */
function Relations({ cluster }: { readonly cluster: Cluster }) {
  const t = useT();
  const { data } = useQuery(relatedClustersQuery(cluster.id));
  const names = new Map((data?.nodes ?? []).map((node) => [node.id, `${node.value} (${node.type})`]));
  const outgoing = cluster.GalaxyClusterRelation ?? [];
  const incoming = cluster.TargetingClusterRelation ?? [];
  if (outgoing.length + incoming.length === 0) return <p className="muted">{t('cluster.noRelations')}</p>;
  const nameOf = (id: string, uuid: string) => names.get(id) ?? uuid;
  return (
    <>
      {outgoing.length > 0 && (
        <details open>
          <summary>{t('cluster.outgoing', { n: outgoing.length })}</summary>
          <ul>
            {outgoing.slice(0, 200).map((relation) => (
              <RelationRow
                key={relation.id}
                relation={relation}
                id={relation.referenced_galaxy_cluster_id}
                name={nameOf(relation.referenced_galaxy_cluster_id, relation.referenced_galaxy_cluster_uuid)}
              />
            ))}
          </ul>
        </details>
      )}
      {incoming.length > 0 && (
        <details open={incoming.length < 50}>
          <summary>{t('cluster.incoming', { n: incoming.length })}</summary>
          <ul>
            {incoming.slice(0, 200).map((relation) => (
              <RelationRow
                key={relation.id}
                relation={relation}
                id={relation.galaxy_cluster_id}
                name={nameOf(relation.galaxy_cluster_id, relation.galaxy_cluster_uuid)}
              />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

type Panel = 'edit' | 'fork' | 'delete' | undefined;

function Actions(props: { readonly cluster: Cluster; readonly onPanel: (panel: Panel) => void }) {
  const t = useT();
  const { cluster, onPanel } = props;
  const session = useSession();
  const act = useAct('cluster', 'galaxy');
  const mayFork = hasRight(session, 'perm_galaxy_editor');
  const isOwn = !cluster.default && cluster.orgc_id === String(session.organisation.id);
  const mayEdit = mayFork && !cluster.default && (isOwn || session.role.perm_site_admin === true);
  const change = (action: string, done: string) =>
    void act(() => post(`/galaxy_clusters/${action}/${cluster.id}`), done);
  return (
    <>
      <Button component={AppLink} variant="default" to={paths.eventsWithTag(cluster.tag_name)}>
        {t('cluster.events')}
      </Button>
      <Button component={AppLink} variant="default" to={paths.pivotFrom('cluster', cluster.id)}>
        {t('nav.pivots')}
      </Button>
      <Button
        variant="default"
        disabled={!mayFork}
        title={mayFork ? undefined : t('reason.right', { right: 'perm_galaxy_editor' })}
        onClick={() => onPanel('fork')}
      >
        {t('cluster.fork')}
      </Button>
      {!cluster.default && (
        <>
          <Button variant="default" disabled={!mayEdit} onClick={() => onPanel('edit')}>
            {t('action.edit')}
          </Button>
          {cluster.published ? (
            <Button variant="default" disabled={!mayEdit} onClick={() => change('unpublish', t('cluster.unpublished'))}>
              {t('event.unpublish')}
            </Button>
          ) : (
            <Button disabled={!mayEdit} onClick={() => change('publish', t('cluster.published'))}>
              {t('event.publish')}
            </Button>
          )}
          {cluster.deleted ? (
            <Button variant="default" disabled={!mayEdit} onClick={() => change('restore', t('cluster.restored'))}>
              {t('cluster.restore')}
            </Button>
          ) : (
            <Button color="danger" variant="outline" disabled={!mayEdit} onClick={() => onPanel('delete')}>
              {t('action.delete')}
            </Button>
          )}
        </>
      )}
    </>
  );
}

/** Lines that were broken at a fixed width run on; paragraphs stay. */
const unwrapped = (text: string): string => text.replaceAll(/(\S)[ \t]*\r?\n(?![\s\-*•\d])/g, '$1 ');

/** One galaxy cluster: what it is, what is known of it, what it is related to, where it is used. */
export function Page() {
  const t = useT();
  const go = useGo();
  const { id = '' } = useParams({ strict: false });
  const act = useAct('cluster', 'galaxy');
  const { data, error, refetch } = useQuery(clusterQuery(id));
  const [panel, setPanel] = useState<Panel>();
  const cluster = data?.GalaxyCluster;
  usePageTitle(cluster?.value);
  if (cluster === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  return (
    <div className="page" style={{ maxWidth: 1100 }}>
      <div className="page-head">
        <h1>
          <bdi>{cluster.value}</bdi>
        </h1>
        <AppLink className="muted" to={paths.galaxy(cluster.Galaxy.id)}>
          {cluster.Galaxy.name}
        </AppLink>
        <span className="space" />
        <Actions cluster={cluster} onPanel={setPanel} />
      </div>
      <p style={{ margin: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        <bdi>{unwrapped(cluster.description)}</bdi>
      </p>
      <div className="panel-box">
        <Facts
          facts={[
            [
              'UUID',
              <span key="uuid" className="mono">
                {cluster.uuid}
              </span>,
            ],
            [
              t('event.tag'),
              <bdi key="tag" className="mono">
                {cluster.tag_name}
              </bdi>,
            ],
            [t('event.creator'), cluster.default ? '' : cluster.Orgc?.name],
            [t('galaxy.source'), <bdi key="source">{cluster.source}</bdi>],
            [t('cluster.authors'), cluster.authors.join(', ')],
            [t('field.version'), cluster.version],
            [
              t('event.distribution'),
              cluster.distribution === undefined ? (
                ''
              ) : (
                <DistributionBadge key="d" distribution={cluster.distribution} />
              ),
            ],
            [t('publish.published'), cluster.default ? '' : <YesNo key="published" value={cluster.published} />],
            [
              t('cluster.forkOf'),
              cluster.extends_uuid === '' ? (
                ''
              ) : (
                <AppLink key="fork" className="mono" to={paths.cluster(cluster.extends_uuid)}>
                  {cluster.extends_uuid}
                </AppLink>
              ),
            ],
          ]}
        />
      </div>
      <section className="panel-box">
        <h2>{t('cluster.elements')}</h2>
        <Elements cluster={cluster} />
      </section>
      <section className="panel-box">
        <h2>{t('cluster.relations')}</h2>
        <Relations cluster={cluster} />
      </section>
      {(panel === 'edit' || panel === 'fork') && (
        <ClusterForm
          title={t(panel === 'fork' ? 'cluster.fork' : 'action.edit')}
          cluster={cluster}
          isFork={panel === 'fork'}
          galaxyId={cluster.galaxy_id}
          onClose={() => setPanel(undefined)}
          onSaved={(saved) => {
            void act(async () => undefined, t('form.saved', { name: saved.value }));
            if (panel === 'fork') void go(paths.cluster(saved.id));
          }}
        />
      )}
      <ConfirmDialog
        opened={panel === 'delete'}
        title={t('cluster.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onConfirm={async () => {
          await post(`/galaxy_clusters/delete/${cluster.id}`);
          await act(async () => undefined, t('cluster.deleted'));
        }}
        onClose={() => setPanel(undefined)}
      >
        {t('cluster.deleteText')}
      </ConfirmDialog>
    </div>
  );
}
