import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useMemo, useState } from 'react';
import { type AuthKeyIndexRow, authKeysQuery, deleteAuthKey } from '../../api/administration.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { Moment } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

const AuthKeyPanel = lazy(() => import('./auth-key-panel.tsx').then((module) => ({ default: module.AuthKeyPanel })));

const shortKey = (row: AuthKeyIndexRow): string => `${row.AuthKey.authkey_start}…${row.AuthKey.authkey_end}`;

function useColumns(onDelete: (row: AuthKeyIndexRow) => void): readonly ListColumn<AuthKeyIndexRow>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'key',
        header: t('authKey.key'),
        width: 130,
        text: shortKey,
        render: (row) => <span className="mono">{shortKey(row)}</span>,
      },
      {
        id: 'user',
        header: t('user.user'),
        width: 220,
        grow: 1,
        text: (row) => row.User.email,
        render: (row) => <bdi>{row.User.email}</bdi>,
      },
      {
        id: 'comment',
        header: t('attribute.comment'),
        width: 220,
        grow: 1,
        text: (row) => row.AuthKey.comment ?? '',
        render: (row) => <bdi>{row.AuthKey.comment}</bdi>,
      },
      {
        id: 'addresses',
        header: t('authKey.allowed'),
        width: 180,
        text: (row) => (row.AuthKey.allowed_ips ?? []).join(' '),
        render: (row) => (
          <span className="mono">{(row.AuthKey.allowed_ips ?? []).join(', ') || t('authKey.anyAddress')}</span>
        ),
      },
      {
        id: 'readOnly',
        header: t('authKey.readOnly'),
        width: 100,
        render: (row) => <YesNo value={row.AuthKey.read_only} />,
      },
      {
        id: 'created',
        header: t('field.created'),
        width: 120,
        number: (row) => Number(row.AuthKey.created),
        render: (row) => <Moment epoch={row.AuthKey.created} />,
      },
      {
        id: 'expires',
        header: t('authKey.expires'),
        width: 120,
        number: (row) => Number(row.AuthKey.expiration),
        render: (row) => <Moment epoch={row.AuthKey.expiration} never={t('authKey.never')} />,
      },
      {
        id: 'used',
        header: t('authKey.lastUsed'),
        width: 120,
        render: (row) => <Moment epoch={row.AuthKey.last_used} never={t('authKey.neverUsed')} />,
      },
      {
        id: 'tools',
        header: t('grid.tools'),
        quiet: true,
        width: 120,
        align: 'end',
        render: (row) => (
          <Button variant="subtle" color="danger" size="compact-xs" onClick={() => onDelete(row)}>
            {t('action.delete')}
          </Button>
        ),
      },
    ],
    [t, onDelete],
  );
}

/** Keys for programs: own ones, or those the role may manage. */
export function Page() {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const { pathname } = useLocation();
  const { userId } = useParams({ strict: false });
  const [deleting, setDeleting] = useState<AuthKeyIndexRow>();
  const mayAdd = hasRight(useSession(), 'perm_auth');
  const query = useQuery(authKeysQuery());
  const columns = useColumns(setDeleting);
  return (
    <>
      <ListPage
        title={t('nav.authKeys')}
        query={query}
        columns={columns}
        keyOf={(row) => row.AuthKey.id}
        nameOf={shortKey}
        actions={
          <Button leftSection={<Icon name="plus" />} disabled={!mayAdd} onClick={() => void go(paths.newAuthKey())}>
            {t('new.authKey')}
          </Button>
        }
        empty={{ icon: 'key', title: t('authKey.none'), text: t('authKey.noneText') }}
      />
      {pathname.startsWith('/auth_keys/add') && (
        <Suspense>
          <AuthKeyPanel userId={userId ?? 'me'} onClose={() => void go(paths.authKeys())} />
        </Suspense>
      )}
      <ConfirmDialog
        opened={deleting !== undefined}
        title={t('authKey.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setDeleting(undefined)}
        onConfirm={async () => {
          if (deleting === undefined) return;
          await deleteAuthKey(deleting.AuthKey.id);
          await client.invalidateQueries({ queryKey: ['authKeys'] });
          toasts.success(t('authKey.deleted'));
        }}
      >
        {t('authKey.deleteText')}
      </ConfirmDialog>
    </>
  );
}
