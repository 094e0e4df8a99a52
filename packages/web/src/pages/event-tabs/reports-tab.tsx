import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { reportsQuery } from '../../api/reports.ts';
import { canEditEvent, hasRight, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { CheckField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { NewReportKind } from '../reports/new-report.tsx';
import { plainText } from '../reports/plain-text.ts';
import styles from './tabs.module.css';
import { useHash } from './use-hash.ts';

const ReportView = lazy(() => import('../reports/report-view.tsx').then((module) => ({ default: module.ReportView })));
const NewReport = lazy(() => import('../reports/new-report.tsx').then((module) => ({ default: module.NewReport })));

interface ReportsTabProps {
  readonly event: EventHeader;
  /** The report that the hash names; empty for the list. */
  readonly reportId: string;
}

/** The reports of an event, or one of them. */
export function ReportsTab({ event, reportId }: ReportsTabProps) {
  const t = useT();
  const client = useQueryClient();
  const session = useSession();
  const [, go] = useHash();
  const [making, setMaking] = useState<NewReportKind>();
  const [withDeleted, setWithDeleted] = useState(false);
  const { data: rows, error, refetch } = useQuery(reportsQuery(event.id, withDeleted ? 'all' : 'default'));
  const mayAdd =
    canEditEvent(session, event) ||
    (hasRight(session, 'perm_add') && event.orgc_id === String(session.organisation.id));
  const reason = mayAdd ? undefined : t('reason.edit');
  const open = rows?.find((row) => row.EventReport.id === reportId);

  if (error !== null) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (rows === undefined) return <Skeleton height={160} />;

  const buttons = (
    <>
      <Button leftSection={<Icon name="plus" />} disabled={!mayAdd} title={reason} onClick={() => setMaking('empty')}>
        {t('report.new')}
      </Button>
      <Button variant="default" disabled={!mayAdd} title={reason} onClick={() => setMaking('url')}>
        {t('report.fromUrl')}
      </Button>
      <Button variant="default" disabled={!mayAdd} title={reason} onClick={() => setMaking('event')}>
        {t('report.fromEvent')}
      </Button>
    </>
  );
  return (
    <section aria-label={t('eventTab.reports')}>
      <Suspense fallback={<Skeleton height={200} />}>
        {open !== undefined ? (
          <ReportView
            key={`${open.EventReport.id}-${open.EventReport.timestamp}`}
            row={open}
            onGone={() => go('reports')}
            back={
              <Button variant="subtle" leftSection={<Icon name="left" size={14} />} onClick={() => go('reports')}>
                {t('report.all')}
              </Button>
            }
          />
        ) : rows.length === 0 ? (
          <EmptyState icon="text" title={t('report.none')} text={t('report.noneText')}>
            {buttons}
          </EmptyState>
        ) : (
          <>
            <div className={styles.tools}>
              {buttons}
              <span className={styles.space} />
              <CheckField label={t('report.withDeleted')} value={withDeleted} onChange={setWithDeleted} />
            </div>
            <table className={styles.table}>
              <thead>
                <tr>
                  <th>{t('field.name')}</th>
                  <th>{t('event.distribution')}</th>
                  <th>{t('event.changed')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ EventReport: report }) => (
                  <tr key={report.id}>
                    <td>
                      <a
                        href={`#report-${report.id}`}
                        onClick={(click) => {
                          click.preventDefault();
                          go(`report-${report.id}`);
                        }}
                        style={report.deleted ? { textDecoration: 'line-through' } : undefined}
                      >
                        <bdi>{report.name}</bdi>
                      </a>
                      <div className="muted">
                        <bdi>{plainText(report.content.slice(0, 600)).slice(0, 160)}</bdi>
                      </div>
                    </td>
                    <td>
                      <DistributionBadge distribution={report.distribution} inherited={event.distribution} />
                    </td>
                    <td className={styles.nowrap}>
                      <Moment epoch={report.timestamp} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
        {making !== undefined && (
          <NewReport
            eventId={event.id}
            kind={making}
            onClose={() => setMaking(undefined)}
            onMade={async (made) => {
              setMaking(undefined);
              await client.invalidateQueries({ queryKey: ['reports'] });
              go(`report-${made.EventReport.id}`);
            }}
          />
        )}
      </Suspense>
    </section>
  );
}
