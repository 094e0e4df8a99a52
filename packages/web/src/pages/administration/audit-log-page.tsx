import { useMemo, useState } from 'react';
import type { Column } from '../../components/data-grid.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import type { FilterField } from '../../components/filter-tokens.ts';
import { PagedList } from '../../components/paged-list.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { actionText, modelText } from '../event-tabs/history-words.ts';
import { LogTabs } from './log-tabs.tsx';

interface AuditRow {
  readonly AuditLog: {
    readonly id: string;
    readonly created: string;
    readonly action: string;
    readonly model: string;
    readonly model_id: string;
    readonly model_title: string | null;
    readonly event_id: string | null;
    readonly change: Readonly<Record<string, unknown>> | null;
    readonly ip: string | null;
    readonly request_type: string;
    readonly authkey_id: string | null;
    readonly request_id: string;
    readonly title: string;
  };
  readonly User?: { readonly email: string };
  readonly Organisation?: { readonly name: string | null };
}

const shown = (value: unknown): string =>
  value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** What changed, field by field: of changed things the old value beside the new one. */
function Difference({ entry }: { readonly entry: AuditRow['AuditLog'] }) {
  const t = useT();
  if (entry.change === null) return <p className="muted">{t('log.noValues')}</p>;
  const isDeleted = /delete|remove/i.test(entry.action);
  const rows = Object.entries(entry.change).map(([field, value]) => {
    const pair: readonly unknown[] = Array.isArray(value) && value.length === 2 ? value : [];
    const [before, after] = pair.length === 2 ? pair : isDeleted ? [value, undefined] : [undefined, value];
    return {
      key: field,
      cells: [
        <span key="field" className="mono">
          {field}
        </span>,
        before === undefined ? null : (
          <span key="before" className="diff-before">
            − <bdi>{shown(before)}</bdi>
          </span>
        ),
        after === undefined ? null : (
          <span key="after" className="diff-after">
            + <bdi>{shown(after)}</bdi>
          </span>
        ),
      ],
    };
  });
  return <PlainTable label={t('log.change')} heads={[t('log.field'), t('log.before'), t('log.after')]} rows={rows} />;
}

const requestKinds: Readonly<Record<string, MessageKey>> = {
  '0': 'log.byPage',
  '1': 'log.byApi',
  '2': 'log.bySystem',
};

const kindOf = (entry: AuditRow['AuditLog']): MessageKey => requestKinds[entry.request_type] ?? 'log.bySystem';

function useColumns(onOpen: (row: AuditRow) => void): readonly Column<AuditRow>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'created',
        header: t('log.time'),
        width: 160,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => onOpen(row)}>
            {row.AuditLog.created}
          </button>
        ),
      },
      { id: 'user', header: t('log.user'), width: 190, grow: 1, render: (row) => <bdi>{row.User?.email}</bdi> },
      {
        id: 'organisation',
        header: t('user.organisation'),
        width: 130,
        render: (row) => <bdi>{row.Organisation?.name}</bdi>,
      },
      {
        id: 'action',
        header: t('log.action'),
        width: 150,
        render: (row) => <span title={row.AuditLog.action}>{actionText(t, row.AuditLog.action)}</span>,
      },
      {
        id: 'model',
        header: t('log.model'),
        width: 200,
        render: (row) => `${row.AuditLog.model} ${row.AuditLog.model_id}`,
      },
      {
        id: 'title',
        header: t('log.title'),
        width: 240,
        grow: 2,
        render: (row) => <bdi>{row.AuditLog.title || row.AuditLog.model_title}</bdi>,
      },
      {
        id: 'fields',
        header: t('log.change'),
        width: 180,
        grow: 1,
        render: (row) => <span className="muted">{Object.keys(row.AuditLog.change ?? {}).join(', ')}</span>,
      },
      { id: 'by', header: t('log.by'), width: 90, render: (row) => t(kindOf(row.AuditLog)) },
    ],
    [t, onOpen],
  );
}

const models = ['Event', 'Attribute', 'Object', 'EventTag', 'AttributeTag', 'EventReport', 'Sighting', 'Tag', 'User'];
const moreModels = ['Role', 'Organisation', 'AuthKey', 'SharingGroup', 'Server', 'Feed', 'GalaxyCluster', 'Taxonomy'];
const actions = ['add', 'edit', 'delete', 'soft_delete', 'undelete', 'tag', 'tag_local', 'remove_tag', 'publish'];
const same = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** The audit log: who changed what, with the values before and after. */
export function Page() {
  const t = useT();
  const [opened, setOpened] = useState<AuditRow>();
  const columns = useColumns(setOpened);
  const fields = useMemo<readonly FilterField[]>(
    () => [
      { name: 'model', parameter: 'model', label: t('log.model'), choices: same([...models, ...moreModels]) },
      {
        name: 'action',
        parameter: 'action',
        label: t('log.action'),
        choices: actions.map((value) => ({ value, label: actionText(t, value) })),
      },
      { name: 'user', parameter: 'user', label: t('log.user'), example: 'admin@admin.test' },
      { name: 'event', parameter: 'event_id', label: t('log.event'), example: '42' },
      { name: 'id', parameter: 'model_id', label: t('log.modelId'), example: '7' },
      { name: 'ip', parameter: 'ip', label: t('log.address'), example: '192.0.2.1' },
      { name: 'since', parameter: 'created', label: t('log.since'), example: '7d' },
    ],
    [t],
  );
  const entry = opened?.AuditLog;
  return (
    <>
      <LogTabs active="audit" />
      <PagedList<AuditRow>
        title={t('log.audit')}
        path="/admin/audit_logs/index"
        pageSize={100}
        columns={columns}
        fields={fields}
        freeParameter="model_title"
        keyOf={(row) => row.AuditLog.id}
        nameOf={(row) => `${row.AuditLog.action} ${row.AuditLog.model} ${row.AuditLog.model_id}`}
        onOpen={setOpened}
        empty={{ icon: 'list', title: t('log.none'), text: t('log.noneText') }}
      />
      {entry !== undefined && (
        <DetailPanel
          title={`${modelText(t, entry.model)} ${entry.model_id}: ${actionText(t, entry.action)}`}
          size={640}
          onClose={() => setOpened(undefined)}
          facts={[
            [t('log.time'), entry.created],
            [t('log.user'), opened?.User?.email],
            [t('user.organisation'), opened?.Organisation?.name],
            [t('log.by'), t(kindOf(entry))],
            [t('log.address'), entry.ip],
            [t('log.title'), entry.model_title],
            [
              t('log.request'),
              <span key="request" className="mono">
                {entry.request_id}
              </span>,
            ],
            [
              t('log.event'),
              entry.event_id === null || entry.event_id === '0' ? (
                ''
              ) : (
                <AppLink key="event" to={paths.event(entry.event_id)}>
                  {entry.event_id}
                </AppLink>
              ),
            ],
          ]}
        >
          <Difference entry={entry} />
        </DetailPanel>
      )}
    </>
  );
}
