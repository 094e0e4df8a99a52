import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type UserIndexRow, usersQuery } from '../../api/administration.ts';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Users of the instance, or of the own organisation for its administrators. */
export function Page() {
  const t = useT();
  const go = useGo();
  const query = useQuery(usersQuery());
  const columns = useMemo<readonly ListColumn<UserIndexRow>[]>(
    () => [
      {
        id: 'email',
        header: t('user.email'),
        width: 260,
        grow: 1,
        text: (row) => row.User.email,
        render: (row) => (
          <AppLink className="link-cell" to={paths.user(row.User.id)}>
            <bdi>{row.User.email}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'organisation',
        header: t('user.organisation'),
        width: 180,
        grow: 1,
        text: (row) => row.Organisation.name,
        render: (row) => <bdi>{row.Organisation.name}</bdi>,
      },
      {
        id: 'role',
        header: t('user.role'),
        width: 140,
        text: (row) => row.Role.name,
        render: (row) => <bdi>{row.Role.name}</bdi>,
      },
      {
        id: 'login',
        header: t('user.lastLogin'),
        width: 130,
        number: (row) => Number(row.User.current_login),
        render: (row) => <Moment epoch={row.User.current_login} never={t('user.neverLogin')} />,
      },
      {
        id: 'api',
        header: t('user.lastApi'),
        width: 130,
        number: (row) => Number(row.User.last_api_access),
        render: (row) => <Moment epoch={row.User.last_api_access} />,
      },
      {
        id: 'disabled',
        header: t('user.disabled'),
        width: 100,
        number: (row) => Number(row.User.disabled),
        render: (row) => <YesNo value={row.User.disabled} />,
      },
      {
        id: 'id',
        header: t('event.id'),
        width: 60,
        align: 'end',
        number: (row) => Number(row.User.id),
        render: (row) => <span className="mono muted">{row.User.id}</span>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.users')}
      query={query}
      columns={columns}
      keyOf={(row) => row.User.id}
      nameOf={(row) => row.User.email}
      onOpen={(row) => void go(paths.user(row.User.id))}
      actions={
        <Button leftSection={<Icon name="plus" />} onClick={() => void go(paths.newUser())}>
          {t('new.user')}
        </Button>
      }
      empty={{ icon: 'people', title: t('user.none') }}
    />
  );
}
