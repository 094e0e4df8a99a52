import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { sharingGroupsQuery } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import { useSession } from '../../api/session.tsx';
import { FailurePage, NotFoundPage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { PageSkeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { GroupInstances } from './group-instances.tsx';
import { GroupMembers } from './group-members.tsx';

/** One sharing group: what it is for and who is in it. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const session = useSession();
  const client = useQueryClient();
  const go = useGo();
  const [dialog, setDialog] = useState<'edit' | 'delete'>();
  const { data: groups, error, refetch } = useQuery(sharingGroupsQuery());
  const group = groups?.find((row) => row.SharingGroup.id === id || row.SharingGroup.uuid === id.toLowerCase());
  usePageTitle(group?.SharingGroup.name);
  if (groups === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  if (group === undefined) return <NotFoundPage />;
  const { SharingGroup: facts, Organisation: owner } = group;
  const isOwner = owner?.id === String(session.organisation.id);
  const mayChange = session.role.perm_site_admin === true || (session.role.perm_sharing_group === true && isOwner);
  const reason = mayChange ? undefined : t('group.notYours');
  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{facts.name}</bdi>
        </h1>
        <span className="space" />
        <Button
          variant="default"
          leftSection={<Icon name="edit" />}
          disabled={!mayChange}
          title={reason}
          onClick={() => setDialog('edit')}
        >
          {t('action.edit')}
        </Button>
        <Button
          variant="outline"
          color="danger"
          leftSection={<Icon name="trash" />}
          disabled={!mayChange}
          title={reason}
          onClick={() => setDialog('delete')}
        >
          {t('action.delete')}
        </Button>
      </div>
      <div className="panel-box">
        <dl className="facts">
          <dt>UUID</dt>
          <dd className="mono">{facts.uuid}</dd>
          <dt>{t('group.releasability')}</dt>
          <dd>{facts.releasability}</dd>
          <dt>{t('field.description')}</dt>
          <dd>{facts.description}</dd>
          <dt>{t('group.owner')}</dt>
          <dd>{owner?.name}</dd>
          <dt>{t('state.active')}</dt>
          <dd>
            <YesNo value={facts.active} />
          </dd>
          <dt>{t('group.roaming')}</dt>
          <dd>
            <YesNo value={facts.roaming} />
          </dd>
        </dl>
      </div>
      <GroupMembers row={group} mayChange={mayChange} />
      <GroupInstances row={group} />
      {dialog === 'edit' && (
        <PanelForm
          title={facts.name}
          fields={[
            { name: 'name', label: t('field.name'), required: true },
            {
              name: 'releasability',
              label: t('group.releasability'),
              help: t('group.releasabilityHelp'),
              required: true,
            },
            { name: 'description', label: t('field.description'), kind: 'area', rows: 2 },
            { name: 'active', label: t('state.active'), kind: 'switch' },
            { name: 'roaming', label: t('group.roaming'), help: t('group.roamingHelp'), kind: 'switch' },
          ]}
          initial={{
            name: facts.name,
            releasability: facts.releasability,
            description: facts.description,
            active: facts.active,
            roaming: facts.roaming,
          }}
          save={async (values) => {
            await post(`/sharing_groups/edit/${facts.id}`, { SharingGroup: { ...values, uuid: facts.uuid } });
            await client.invalidateQueries({ queryKey: ['sharingGroups'] });
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
      <ConfirmDialog
        opened={dialog === 'delete'}
        title={t('group.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setDialog(undefined)}
        onConfirm={async () => {
          await post(`/sharing_groups/delete/${facts.id}`);
          await go(paths.sharingGroups());
          await client.invalidateQueries({ queryKey: ['sharingGroups'] });
        }}
      >
        {t('group.deleteText')}
      </ConfirmDialog>
    </div>
  );
}
