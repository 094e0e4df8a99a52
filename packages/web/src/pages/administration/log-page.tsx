import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import type { FilterField } from '../../components/filter-tokens.ts';
import { PagedList } from '../../components/paged-list.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { LogTabs } from './log-tabs.tsx';

interface LogRow {
  readonly Log: {
    readonly id: string;
    readonly title: string;
    readonly created: string;
    readonly model: string;
    readonly model_id: string;
    readonly action: string;
    readonly change: string;
    readonly email: string;
    readonly org: string;
    readonly description: string;
    readonly ip: string;
  };
}

/** The log of the application: sign-ins, settings, jobs, and changes in words. */
export function Page() {
  const t = useT();
  const [opened, setOpened] = useState<LogRow>();
  const columns = useMemo<readonly Column<LogRow>[]>(
    () => [
      {
        id: 'created',
        header: t('log.time'),
        width: 160,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => setOpened(row)}>
            {row.Log.created}
          </button>
        ),
      },
      { id: 'email', header: t('log.user'), width: 190, render: (row) => <bdi>{row.Log.email}</bdi> },
      { id: 'org', header: t('user.organisation'), width: 130, render: (row) => <bdi>{row.Log.org}</bdi> },
      { id: 'action', header: t('log.action'), width: 140, render: (row) => row.Log.action },
      { id: 'model', header: t('log.model'), width: 160, render: (row) => `${row.Log.model} ${row.Log.model_id}` },
      {
        id: 'title',
        header: t('log.title'),
        width: 280,
        grow: 2,
        render: (row) => <bdi title={row.Log.title}>{row.Log.title}</bdi>,
      },
      {
        id: 'change',
        header: t('log.change'),
        width: 200,
        grow: 2,
        render: (row) => <bdi className="muted">{row.Log.change}</bdi>,
      },
    ],
    [t],
  );
  const fields = useMemo<readonly FilterField[]>(
    () => [
      { name: 'action', parameter: 'action', label: t('log.action'), example: 'login' },
      { name: 'model', parameter: 'model', label: t('log.model'), example: 'User' },
      { name: 'user', parameter: 'email', label: t('log.user'), example: 'admin@admin.test' },
      { name: 'org', parameter: 'org', label: t('user.organisation'), example: 'ORGNAME' },
      { name: 'id', parameter: 'model_id', label: t('log.modelId'), example: '7' },
      { name: 'ip', parameter: 'ip', label: t('log.address'), example: '192.0.2.1' },
    ],
    [t],
  );
  const entry = opened?.Log;
  return (
    <>
      <LogTabs active="application" />
      <PagedList<LogRow>
        title={t('log.application')}
        path="/admin/logs/index"
        pageSize={100}
        columns={columns}
        fields={fields}
        freeParameter="title"
        fixed={{ direction: 'desc' }}
        keyOf={(row) => row.Log.id}
        nameOf={(row) => row.Log.title}
        onOpen={setOpened}
        empty={{ icon: 'list', title: t('log.none'), text: t('log.noneText') }}
      />
      {entry !== undefined && (
        <DetailPanel
          title={entry.title}
          onClose={() => setOpened(undefined)}
          facts={[
            [t('log.time'), entry.created],
            [t('log.user'), entry.email],
            [t('user.organisation'), entry.org],
            [t('log.action'), entry.action],
            [t('log.model'), `${entry.model} ${entry.model_id}`],
            [t('log.address'), entry.ip],
            [t('field.description'), entry.description],
          ]}
        >
          {entry.change !== '' && entry.change !== null && <pre className="code-block">{entry.change}</pre>}
        </DetailPanel>
      )}
    </>
  );
}
