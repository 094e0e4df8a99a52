import { useMemo } from 'react';
import type { Column } from '../../components/data-grid.tsx';
import type { FilterField } from '../../components/filter-tokens.ts';
import { PagedList } from '../../components/paged-list.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { LogTabs } from './log-tabs.tsx';

interface AccessRow {
  readonly AccessLog: {
    readonly id: string;
    readonly created: string;
    readonly ip?: string | null;
    readonly request_method: string | number;
    readonly url: string;
    readonly response_code: string | number;
    readonly duration: string | number;
    readonly user_agent?: string | null;
  };
  readonly User?: { readonly email: string | null };
}

const ownText = (value: unknown) => String(value ?? '');

/** Requests that were kept because somebody is monitored, or all are. */
export function Page() {
  const t = useT();
  const columns = useMemo<readonly Column<AccessRow>[]>(
    () => [
      {
        id: 'created',
        header: t('log.time'),
        width: 180,
        render: (row) => <span className="mono">{row.AccessLog.created.slice(0, 19)}</span>,
      },
      { id: 'user', header: t('log.user'), width: 190, render: (row) => <bdi>{row.User?.email}</bdi> },
      { id: 'ip', header: t('log.address'), width: 130, render: (row) => ownText(row.AccessLog.ip) },
      { id: 'method', header: t('log.method'), width: 90, render: (row) => ownText(row.AccessLog.request_method) },
      {
        id: 'url',
        header: t('log.url'),
        width: 300,
        grow: 1,
        render: (row) => <bdi className="mono">{row.AccessLog.url}</bdi>,
      },
      {
        id: 'code',
        header: t('log.status'),
        width: 80,
        align: 'end',
        render: (row) => ownText(row.AccessLog.response_code),
      },
      {
        id: 'duration',
        header: t('log.duration'),
        width: 110,
        align: 'end',
        render: (row) => t('log.ms', { n: Number(row.AccessLog.duration) }),
      },
    ],
    [t],
  );
  const fields = useMemo<readonly FilterField[]>(
    () => [
      { name: 'ip', parameter: 'ip', label: t('log.address'), example: '192.0.2.1' },
      { name: 'user', parameter: 'user', label: t('log.user'), example: 'admin@admin.test' },
      { name: 'controller', parameter: 'controller', label: t('log.controller'), example: 'events' },
    ],
    [t],
  );
  return (
    <>
      <LogTabs active="access" />
      <PagedList<AccessRow>
        title={t('log.access')}
        path="/admin/access_logs/index"
        pageSize={100}
        columns={columns}
        fields={fields}
        freeParameter="url"
        keyOf={(row) => row.AccessLog.id}
        nameOf={(row) => row.AccessLog.url}
        empty={{ icon: 'list', title: t('log.noRequests'), text: t('log.noRequestsText') }}
      />
    </>
  );
}
