import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import styles from '../../components/chips.module.css';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { StampText } from '../../components/time.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AccountTabs } from './account-tabs.tsx';

interface SignIn {
  readonly id: string;
  readonly created: string;
  readonly action: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly browser?: string;
  readonly platform?: string;
  /** What is thought of it; told only where the instance asks users about their sign-ins. */
  readonly status?: SignInStatus;
}

type SignInStatus = 'trusted' | 'likely trusted' | 'unknown' | 'likely malicious' | 'malicious';

const statusTexts = {
  trusted: 'signIn.trusted',
  'likely trusted': 'signIn.likelyTrusted',
  unknown: 'signIn.unknown',
  'likely malicious': 'signIn.likelyMalicious',
  malicious: 'signIn.malicious',
} as const;

/** The latest sign-ins of the own account, and those that failed. */
export function Page() {
  const t = useT();
  const query = useQuery(rowsQuery<SignIn>('signIns', '/users/view_login_history.json'));
  const act = useAct('signIns');
  const isAsked = query.data?.some((row) => row.status !== undefined) === true;
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
      ...(isAsked
        ? [
            {
              id: 'status',
              header: t('signIn.status'),
              width: 170,
              text: (row: SignIn) => row.status ?? '',
              render: (row: SignIn) => (row.status === undefined ? '' : t(statusTexts[row.status])),
            },
            {
              id: 'judge',
              header: t('signIn.judge'),
              width: 270,
              render: (row: SignIn) => <Judge row={row} act={act} />,
            },
          ]
        : []),
    ],
    [t, isAsked, act],
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

/** Says of one sign-in whether it was the user. The second answer ends other sessions and demands a new password. */
function Judge({ row, act }: { readonly row: SignIn; readonly act: ReturnType<typeof useAct> }) {
  const t = useT();
  const [asking, setAsking] = useState(false);
  const say = (word: 'trust' | 'malicious') => post(`/userLoginProfiles/${word}/${row.id}`);
  return (
    <span style={{ display: 'inline-flex', gap: 6 }}>
      <Button
        size="compact-sm"
        variant="default"
        disabled={row.status === 'trusted'}
        onClick={() => void act(() => say('trust'), t('signIn.said'))}
      >
        {t('signIn.me')}
      </Button>
      <Button size="compact-sm" variant="default" disabled={row.status === 'malicious'} onClick={() => setAsking(true)}>
        {t('signIn.notMe')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('signIn.notMe')}
        confirm={t('signIn.notMe')}
        tone="danger"
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await say('malicious');
          window.location.assign('/users/change_pw');
        }}
      >
        {t('signIn.notMeText')}
      </ConfirmDialog>
    </span>
  );
}
