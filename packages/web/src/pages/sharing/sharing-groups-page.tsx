import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { type SharingGroupRow, sharingGroupsQuery } from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

const SharingGroupPanel = lazy(() =>
  import('./sharing-group-panel.tsx').then((module) => ({ default: module.SharingGroupPanel })),
);

const members = (row: SharingGroupRow): string =>
  (row.SharingGroupOrg ?? []).map((member) => member.Organisation?.name ?? '').join(', ');

/** Sharing groups: named circles of organisations that something may be shared with. */
export function Page() {
  const t = useT();
  const go = useGo();
  const [adding, setAdding] = useState(false);
  const mayAdd = hasRight(useSession(), 'perm_sharing_group');
  const query = useQuery(sharingGroupsQuery());
  const columns = useMemo<readonly ListColumn<SharingGroupRow>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 220,
        grow: 1,
        text: (row) => row.SharingGroup.name,
        render: (row) => (
          <AppLink className="link-cell" to={paths.sharingGroup(row.SharingGroup.id)}>
            <bdi>{row.SharingGroup.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'releasability',
        header: t('group.releasability'),
        width: 200,
        grow: 1,
        text: (row) => row.SharingGroup.releasability,
        render: (row) => <bdi>{row.SharingGroup.releasability}</bdi>,
      },
      {
        id: 'members',
        header: t('group.members'),
        width: 300,
        grow: 2,
        text: members,
        render: (row) => <bdi title={members(row)}>{members(row)}</bdi>,
      },
      {
        id: 'owner',
        header: t('group.owner'),
        width: 160,
        text: (row) => row.Organisation?.name ?? '',
        render: (row) => <bdi>{row.Organisation?.name}</bdi>,
      },
      {
        id: 'active',
        header: t('state.active'),
        width: 90,
        number: (row) => Number(row.SharingGroup.active),
        render: (row) => <YesNo value={row.SharingGroup.active} />,
      },
      {
        id: 'roaming',
        header: t('group.roaming'),
        width: 100,
        render: (row) => <YesNo value={row.SharingGroup.roaming} />,
      },
    ],
    [t],
  );
  return (
    <>
      <ListPage
        title={t('nav.sharingGroups')}
        query={query}
        columns={columns}
        keyOf={(row) => row.SharingGroup.id}
        nameOf={(row) => row.SharingGroup.name}
        onOpen={(row) => void go(paths.sharingGroup(row.SharingGroup.id))}
        actions={
          <Button
            leftSection={<Icon name="plus" />}
            disabled={!mayAdd}
            title={mayAdd ? undefined : t('reason.right', { right: 'perm_sharing_group' })}
            onClick={() => setAdding(true)}
          >
            {t('group.new')}
          </Button>
        }
        empty={{ icon: 'people', title: t('group.none'), text: t('group.noneText') }}
      />
      {adding && (
        <Suspense>
          <SharingGroupPanel onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </>
  );
}
