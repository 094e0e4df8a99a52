import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { rolesQuery } from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { Role } from '../../api/wire.ts';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { levelOf, roleFlags } from './role-flags.ts';

/** Roles: what their users may do. */
export function Page() {
  const t = useT();
  const go = useGo();
  const query = useQuery(rolesQuery());
  const mayEdit = hasRight(useSession(), 'perm_site_admin');
  const columns = useMemo<readonly ListColumn<Role>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 200,
        text: (role) => role.name,
        render: (role) => (
          <AppLink className="link-cell" to={paths.editRole(role.id)}>
            <bdi>{role.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'default',
        header: t('role.default'),
        width: 90,
        number: (role) => Number(role.default === true),
        render: (role) => <YesNo value={role.default === true} />,
      },
      {
        id: 'level',
        header: t('role.level'),
        width: 260,
        grow: 1,
        number: (role) => Number(role.permission),
        render: (role) => t(levelOf(role.permission)),
      },
      {
        id: 'rights',
        header: t('role.rights'),
        width: 360,
        grow: 1,
        render: (role) => {
          const rights = roleFlags.filter((flag) => role[flag]).map((flag) => t(`role.${flag}`));
          return <span title={rights.join('\n')}>{rights.join(' · ')}</span>;
        },
      },
      {
        id: 'id',
        header: t('event.id'),
        width: 60,
        align: 'end',
        number: (role) => Number(role.id),
        render: (role) => <span className="mono muted">{role.id}</span>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.roles')}
      query={query}
      columns={columns}
      keyOf={(role) => role.id}
      nameOf={(role) => role.name}
      onOpen={(role) => void go(paths.editRole(role.id))}
      actions={
        <Button
          leftSection={<Icon name="plus" />}
          disabled={!mayEdit}
          title={mayEdit ? undefined : t('reason.right', { right: 'perm_site_admin' })}
          onClick={() => void go(paths.newRole())}
        >
          {t('role.new')}
        </Button>
      }
      empty={{ icon: 'admin', title: t('role.none') }}
    />
  );
}
