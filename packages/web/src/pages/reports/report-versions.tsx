import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Report, reportVersionQuery, reportVersionsQuery, restoreReportVersion } from '../../api/reports.ts';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { StampText } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { diffLines } from './line-diff.ts';
import styles from './reports.module.css';

/** The versions of a report; one that is chosen is compared with the present text and may be brought back. */
export function ReportVersions({ report, mayEdit }: { readonly report: Report; readonly mayEdit: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const [chosen, setChosen] = useState('');
  const versions = useQuery(reportVersionsQuery(report.id));
  const version = useQuery(reportVersionQuery(report.id, chosen));

  async function restore() {
    try {
      await restoreReportVersion(report.id, chosen);
      await client.invalidateQueries({ queryKey: ['reports'] });
      toasts.success(t('history.restored'));
      setChosen('');
    } catch (error) {
      toasts.failure(error);
    }
  }

  if (versions.isError) return <ErrorBox error={versions.error} />;
  if (versions.data === undefined) return <Skeleton height={160} />;
  if (versions.data.length === 0) return <EmptyState icon="refresh" title={t('history.none')} />;
  return (
    <div className={styles.versions}>
      <ol aria-label={t('report.versions')}>
        {versions.data.map(({ AuditLog: entry, User: user }) => (
          <li key={entry.id}>
            <button type="button" aria-pressed={entry.id === chosen} onClick={() => setChosen(entry.id)}>
              <StampText stamp={entry.created} />
              <div className="muted">
                {entry.action.replaceAll('_', ' ')} · <bdi>{user?.email}</bdi>
              </div>
            </button>
          </li>
        ))}
      </ol>
      <div>
        {chosen === '' && <p className="muted">{t('report.chooseVersion')}</p>}
        {version.isError && <ErrorBox error={version.error} />}
        {version.data !== undefined && (
          <>
            <div className={styles.head} style={{ marginBottom: 8 }}>
              <strong>
                <bdi>{version.data.EventReport.name}</bdi>
              </strong>
              <span className={styles.space} />
              <Button
                variant="default"
                disabled={!mayEdit}
                title={mayEdit ? undefined : t('reason.edit')}
                onClick={() => void restore()}
              >
                {t('history.restore')}
              </Button>
            </div>
            <Lines before={version.data.EventReport.content ?? ''} after={report.content} />
          </>
        )}
      </div>
    </div>
  );
}

const signs = { same: ' ', added: '+', removed: '−' } as const;

function Lines({ before, after }: { readonly before: string; readonly after: string }) {
  const t = useT();
  const lines = diffLines(before, after);
  if (lines.every((line) => line.kind === 'same')) return <p className="muted">{t('diff.same')}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section className={`mono ${styles.lines}`} aria-label={t('diff.toNow')} tabIndex={0}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other identity
        <div key={index} data-kind={line.kind}>
          {signs[line.kind]} {line.text}
        </div>
      ))}
    </section>
  );
}
