import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { deleteReport, type ReportRow, reportElementsQuery, restoreReport } from '../../api/reports.ts';
import { canEditEvent, canTagEvent, hasRight, useSession } from '../../api/session.tsx';
import { useKeys } from '../../app/keys.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, Skeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { ReferenceChip } from './reference-chip.tsx';
import type { ReportReference } from './references.ts';
import { ReportWriting } from './report-writing.tsx';
import styles from './reports.module.css';
import { useReportDraft } from './use-report-draft.ts';

const MarkdownView = lazy(() => import('./markdown-view.tsx').then((module) => ({ default: module.MarkdownView })));
const ReportExtract = lazy(() => import('./report-extract.tsx').then((module) => ({ default: module.ReportExtract })));
const ReportVersions = lazy(() =>
  import('./report-versions.tsx').then((module) => ({ default: module.ReportVersions })),
);

type Mode = 'read' | 'write' | 'extract' | 'versions';

interface ReportViewProps {
  readonly row: ReportRow;
  /** After the report was deleted for good. */
  readonly onGone: () => void;
  /** Above the title: the way back. */
  readonly back?: React.ReactNode;
  /** Its name is the title of the page, not of a part of one. */
  readonly isPage?: boolean;
}

/** One report: reading, writing with a preview beside it, finding values in it, its versions. */
export function ReportView({ row, onGone, back, isPage }: ReportViewProps) {
  const t = useT();
  const Heading = isPage === true ? 'h1' : 'h2';
  const toasts = useToasts();
  const client = useQueryClient();
  const session = useSession();
  const { EventReport: report, Event: event } = row;
  const [mode, setMode] = useState<Mode>('read');
  const writing = useReportDraft(report, () => setMode('read'));
  const [asking, setAsking] = useState(false);
  const { data: elements } = useQuery(reportElementsQuery(report.id));
  // MISP lets whoever belongs to the event's creator organisation write reports.
  const mayEdit =
    hasRight(session, 'perm_site_admin') ||
    (session.role.perm_add === true && event.orgc_id === String(session.organisation.id));
  const reason = mayEdit ? undefined : t('reason.edit');
  const refresh = () => client.invalidateQueries({ queryKey: ['reports'] });

  useKeys({ e: () => mayEdit && setMode('write'), 'Ctrl+s': () => mode === 'write' && void writing.save() });

  const renderReference = (reference: ReportReference) => (
    <ReferenceChip reference={reference} elements={elements} eventId={report.event_id} />
  );
  const modes: readonly { readonly id: Mode; readonly label: string; readonly needsEdit: boolean }[] = [
    { id: 'read', label: t('report.read'), needsEdit: false },
    { id: 'write', label: t('report.write'), needsEdit: true },
    { id: 'extract', label: t('report.extract'), needsEdit: true },
    { id: 'versions', label: t('report.versions'), needsEdit: false },
  ];

  return (
    <article className={styles.report}>
      {back !== undefined && <div>{back}</div>}
      <div className={styles.head}>
        <Heading>
          <bdi>{report.name}</bdi>
        </Heading>
        <DistributionBadge distribution={report.distribution} />
        <span className="muted">
          {t('event.changed')} <Moment epoch={report.timestamp} />
        </span>
        {report.deleted && <strong style={{ color: 'var(--danger)' }}>{t('report.deleted')}</strong>}
        <span className={styles.space} />
        {modes.map((entry) => (
          <Button
            key={entry.id}
            variant={entry.id === mode ? 'light' : 'default'}
            aria-pressed={entry.id === mode}
            disabled={entry.needsEdit && !mayEdit}
            title={entry.needsEdit ? reason : undefined}
            onClick={() => setMode(entry.id)}
          >
            {entry.label}
          </Button>
        ))}
        <Button variant="default" leftSection={<Icon name="download" />} onClick={() => download(report)}>
          {t('report.download')}
        </Button>
        {report.deleted ? (
          <Button
            variant="default"
            disabled={!mayEdit}
            title={reason}
            onClick={() => restoreReport(report.id).then(refresh, toasts.failure)}
          >
            {t('history.restore')}
          </Button>
        ) : (
          <Button
            variant="default"
            color="danger"
            disabled={!mayEdit}
            title={reason}
            leftSection={<Icon name="trash" />}
            onClick={() => setAsking(true)}
          >
            {t('action.delete')}
          </Button>
        )}
      </div>
      <Suspense fallback={<Skeleton height={200} />}>
        {mode === 'read' &&
          (report.content.trim() === '' ? (
            <EmptyState icon="text" title={t('report.empty')} text={t('report.emptyText')}>
              <Button disabled={!mayEdit} title={reason} onClick={() => setMode('write')}>
                {t('report.write')}
              </Button>
            </EmptyState>
          ) : (
            <div className={styles.paper}>
              <MarkdownView text={report.content} renderReference={renderReference} />
            </div>
          ))}
        {mode === 'write' && <ReportWriting writing={writing} elements={elements} renderReference={renderReference} />}
        {mode === 'extract' && (
          <ReportExtract
            reportId={report.id}
            eventId={report.event_id}
            mayTag={canTagEvent(session, event) || canEditEvent(session, event)}
            onDone={async () => {
              await client.invalidateQueries({ queryKey: ['event'] });
              setMode('read');
            }}
          />
        )}
        {mode === 'versions' && <ReportVersions report={report} mayEdit={mayEdit} />}
      </Suspense>
      <ConfirmDialog
        opened={asking}
        title={t('report.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await deleteReport(report.id, false);
          await refresh();
          toasts.success(t('report.deleted'), () => void restoreReport(report.id).then(refresh, toasts.failure));
          onGone();
        }}
      >
        {t('report.deleteText')}
      </ConfirmDialog>
    </article>
  );
}

/** Saves the Markdown as a file, references and all. */
function download(report: { readonly name: string; readonly content: string }): void {
  const address = URL.createObjectURL(new Blob([report.content], { type: 'text/markdown' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${report.name.replaceAll(/[^\p{L}\p{N} ._-]/gu, '_').slice(0, 80) || 'report'}.md`;
  link.click();
  URL.revokeObjectURL(address);
}
