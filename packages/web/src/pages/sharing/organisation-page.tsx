import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteOrganisation, organisationQuery } from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { StampText } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** One organisation. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const mayEdit = hasRight(useSession(), 'perm_site_admin');
  const [deleting, setDeleting] = useState(false);
  const { data: organisation, error, refetch } = useQuery(organisationQuery(id));
  usePageTitle(organisation?.name);
  if (organisation === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [
      'UUID',
      <span key="uuid" className="mono">
        {organisation.uuid}
      </span>,
    ],
    [t('organisation.local'), <YesNo key="local" value={organisation.local} />],
    [t('organisation.type'), organisation.type],
    [t('organisation.sector'), organisation.sector],
    [t('organisation.nationality'), organisation.nationality],
    [t('field.description'), organisation.description],
    [t('organisation.contacts'), organisation.contacts],
    [t('field.created'), <StampText key="created" stamp={organisation.date_created} />],
  ];
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{organisation.name}</bdi>
        </h1>
        <span className="space" />
        <Button
          component={AppLink}
          variant="default"
          to={paths.eventsOfOrganisation(organisation.name)}
          leftSection={<Icon name="events" />}
        >
          {t('organisation.events')}
        </Button>
        {mayEdit && (
          <>
            <Button
              component={AppLink}
              variant="default"
              to={paths.editOrganisation(organisation.id)}
              leftSection={<Icon name="edit" />}
            >
              {t('action.edit')}
            </Button>
            <Button
              variant="outline"
              color="danger"
              leftSection={<Icon name="trash" />}
              onClick={() => setDeleting(true)}
            >
              {t('action.delete')}
            </Button>
          </>
        )}
      </div>
      <div className="panel-box">
        <dl className="facts">
          {facts.map(([name, value]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value === null || value === '' ? '–' : value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <ConfirmDialog
        opened={deleting}
        title={t('organisation.delete', { name: organisation.name })}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setDeleting(false)}
        onConfirm={async () => {
          await deleteOrganisation(organisation.id);
          await client.invalidateQueries({ queryKey: ['organisations'] });
          toasts.success(t('form.deleted', { name: organisation.name }));
          await go(paths.organisations());
        }}
      >
        {t('organisation.deleteText')}
      </ConfirmDialog>
    </div>
  );
}
