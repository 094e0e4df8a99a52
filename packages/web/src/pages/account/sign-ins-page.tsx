import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { rowsQuery } from '../../api/rows.ts';
import styles from '../../components/chips.module.css';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { StampText } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AccountTabs } from './account-tabs.tsx';

interface SignIn {
  readonly id: string;
  readonly created: string;
  readonly action: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
}

/** The latest sign-ins of the own account, and those that failed. */
export function Page() {
  const t = useT();
  const query = useQuery(rowsQuery<SignIn>('signIns', '/users/view_login_history.json'));
  const columns = useMemo<readonly ListColumn<SignIn>[]>(
    () => [
      {
        id: 'time',
        header: t('log.time'),
        width: 190,
        text: (row) => row.created,
        render: (row) => <StampText stamp={row.created} />,
      },
      {
        id: 'action',
        header: t('signIn.result'),
        width: 170,
        text: (row) => row.action,
        render: (row) => {
          const isFailed = row.action.endsWith('_fail');
          return (
            <span className={`${styles.badge} ${isFailed ? styles.danger : styles.ok}`}>
              <Icon name={isFailed ? 'warning' : 'check'} size={14} />
              <span>{t(isFailed ? 'signIn.failed' : 'signIn.worked')}</span>
            </span>
          );
        },
      },
      { id: 'ip', header: t('log.address'), width: 150, text: (row) => row.ip ?? '', render: (row) => row.ip },
      {
        id: 'browser',
        header: t('registration.browser'),
        width: 360,
        grow: 1,
        text: (row) => row.user_agent ?? '',
        render: (row) => <bdi title={row.user_agent ?? ''}>{row.user_agent}</bdi>,
      },
    ],
    [t],
  );
  return (
    <>
      <AccountTabs active="signIns" />
      <ListPage
        title={t('signIn.title')}
        query={query}
        columns={columns}
        keyOf={(row) => row.id}
        nameOf={(row) => row.created}
        empty={{ icon: 'user', title: t('signIn.none') }}
      />
    </>
  );
}
