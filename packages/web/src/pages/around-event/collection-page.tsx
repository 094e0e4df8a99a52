import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { addToCollection, collectionQuery, deleteCollection, removeFromCollection } from '../../api/around-event.ts';
import { findClusters, findEvents } from '../../api/find.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { targetNamesQuery } from '../../api/target-names.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { FindField } from '../../components/find-field.tsx';
import { EmptyState, ErrorBox, PageSkeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import styles from '../event-tabs/tabs.module.css';
import { TargetLink } from '../notes/target-link.tsx';

const CollectionForm = lazy(() =>
  import('./collection-form.tsx').then((module) => ({ default: module.CollectionForm })),
);

/** One collection and what is in it. */
export function Page() {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const session = useSession();
  const { id = '' } = useParams({ strict: false });
  const { data: view, error, refetch } = useQuery(collectionQuery(id));
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const [element, setElement] = useState({ type: 'Event', uuid: '', description: '' });
  const [failure, setFailure] = useState<unknown>();
  const targets = (view?.CollectionElement ?? []).map((entry) => ({
    type: entry.element_type,
    uuid: entry.element_uuid,
  }));
  const names = useQuery(targetNamesQuery(targets)).data;
  usePageTitle(view?.Collection.name);
  if (view === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const { Collection: collection, CollectionElement: elements } = view;
  const isOwn =
    hasRight(session, 'perm_site_admin') ||
    (hasRight(session, 'perm_modify') && collection.orgc_id === String(session.organisation.id));
  const reason = isOwn ? undefined : t('reason.edit');
  const refresh = () => client.invalidateQueries({ queryKey: ['collections'] });

  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{collection.name}</bdi>
        </h1>
        <span className="muted">{collection.type.replaceAll('_', ' ')}</span>
        <DistributionBadge distribution={collection.distribution} />
        <bdi className="muted">{view.Orgc?.name}</bdi>
        <span className="space" />
        <Button variant="default" disabled={!isOwn} title={reason} onClick={() => setDialog('edit')}>
          {t('action.edit')}
        </Button>
        <Button variant="default" color="danger" disabled={!isOwn} title={reason} onClick={() => setDialog('delete')}>
          {t('action.delete')}
        </Button>
      </div>
      <p style={{ margin: 0, whiteSpace: 'pre-wrap' }}>
        <bdi>{collection.description}</bdi>
      </p>
      {elements.length === 0 ? (
        <EmptyState icon="list" title={t('collection.empty')} text={t('collection.emptyText')} />
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              <th>{t('field.name')}</th>
              <th>{t('field.description')}</th>
              <th>
                <span className="visually-hidden">{t('grid.tools')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {elements.map((entry) => (
              <tr key={entry.id}>
                <td>
                  <TargetLink
                    target={{ type: entry.element_type, uuid: entry.element_uuid }}
                    name={names?.get(entry.element_uuid)}
                  />
                </td>
                <td>
                  <bdi>{entry.description}</bdi>
                </td>
                <td>
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={!isOwn}
                    title={reason}
                    onClick={() => void removeFromCollection(entry.id).then(refresh, toasts.failure)}
                  >
                    {t('action.remove')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          setFailure(undefined);
          addToCollection(collection.id, element.type, element.uuid.trim(), element.description).then(async () => {
            setElement({ ...element, uuid: '', description: '' });
            await refresh();
          }, setFailure);
        }}
      >
        <h2>{t('collection.addElement')}</h2>
        <div className="form-row">
          <ChoiceField
            label={t('collection.elementType')}
            value={element.type}
            choices={[
              { value: 'Event', label: t('history.model.event') },
              { value: 'GalaxyCluster', label: t('target.cluster') },
            ]}
            onChange={(type) => setElement({ ...element, type, uuid: '' })}
          />
          <FindField
            key={element.type}
            label={t('field.name')}
            kind={element.type}
            find={element.type === 'Event' ? findEvents : findClusters}
            value={element.uuid}
            onChange={(uuid) => setElement({ ...element, uuid })}
            required
          />
          <TextField
            label={t('field.description')}
            value={element.description}
            onChange={(description) => setElement({ ...element, description })}
          />
        </div>
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button type="submit" disabled={!isOwn || element.uuid.trim() === ''} title={reason}>
            {t('collection.addElement')}
          </Button>
        </div>
      </form>
      {dialog === 'edit' && (
        <Suspense>
          <CollectionForm collection={collection} onClose={() => setDialog(undefined)} onSaved={() => undefined} />
        </Suspense>
      )}
      <ConfirmDialog
        opened={dialog === 'delete'}
        title={t('collection.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setDialog(undefined)}
        onConfirm={async () => {
          await deleteCollection(collection.id);
          await go(paths.collections());
          await refresh();
        }}
      >
        {t('collection.deleteText')}
      </ConfirmDialog>
    </div>
  );
}
