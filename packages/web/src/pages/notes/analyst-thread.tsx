import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import {
  type AnalystEntry,
  type AnalystKind,
  type AnalystLists,
  type AnalystTarget,
  analystDataQuery,
  analystKinds,
  deleteAnalystData,
} from '../../api/analyst-data.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { targetNamesQuery } from '../../api/target-names.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { StampText } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import styles from './notes.module.css';
import { opinionBand } from './opinion.ts';
import { TargetLink } from './target-link.tsx';

const AnalystForm = lazy(() => import('./analyst-form.tsx').then((module) => ({ default: module.AnalystForm })));
const MarkdownView = lazy(() =>
  import('../reports/markdown-view.tsx').then((module) => ({ default: module.MarkdownView })),
);

interface About {
  readonly type: AnalystTarget;
  readonly uuid: string;
}

/** Something that is being written: a new entry about `about`, or a change of `entry`. */
interface Writing {
  readonly kind: AnalystKind;
  readonly about: About;
  readonly entry?: AnalystEntry;
}

/** Entries of all kinds in the order in which they were made. */
const inOrder = (lists: AnalystLists): readonly AnalystEntry[] =>
  analystKinds.flatMap((kind) => lists[kind] ?? []).sort((a, b) => a.created.localeCompare(b.created));

/** Notes, opinions and relationships about one thing, with answers, and forms to write more. */
export function AnalystThread({ about, onChanged }: { readonly about: About; readonly onChanged?: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const session = useSession();
  const { data: lists, error, refetch } = useQuery(analystDataQuery(about.type, about.uuid));
  const [writing, setWriting] = useState<Writing>();
  const [deleting, setDeleting] = useState<AnalystEntry>();
  const mayWrite = hasRight(session, 'perm_analyst_data') && hasRight(session, 'perm_add');
  const reason = mayWrite ? undefined : t('reason.right', { right: 'perm_analyst_data' });
  const refresh = async () => {
    await client.invalidateQueries({ queryKey: ['analystData'] });
    onChanged?.();
  };

  if (error !== null) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (lists === undefined) return <Skeleton height={120} />;
  const entries = inOrder(lists);

  const adders = (target: About, compact: boolean) =>
    analystKinds.map((kind) => (
      <Button
        key={kind}
        variant={compact ? 'subtle' : 'default'}
        size={compact ? 'compact-sm' : 'sm'}
        disabled={!mayWrite}
        title={reason}
        leftSection={compact ? undefined : <Icon name="plus" size={14} />}
        onClick={() => setWriting({ kind, about: target })}
      >
        {t(kind === 'Note' ? 'notes.addNote' : kind === 'Opinion' ? 'notes.addOpinion' : 'notes.addRelationship')}
      </Button>
    ));
  const form = (where: About, entry?: AnalystEntry) =>
    writing !== undefined &&
    writing.about.uuid === where.uuid &&
    writing.entry?.uuid === entry?.uuid && (
      <Suspense fallback={<Skeleton height={120} />}>
        <AnalystForm
          key={`${writing.kind} ${where.uuid}`}
          kind={writing.kind}
          about={writing.about}
          entry={writing.entry}
          onCancel={() => setWriting(undefined)}
          onDone={async () => {
            setWriting(undefined);
            await refresh();
          }}
        />
      </Suspense>
    );

  const renderEntry = (entry: AnalystEntry, parent: About): React.ReactNode => {
    const own: About = { type: entry.note_type_name, uuid: entry.uuid };
    const answers = inOrder(entry);
    if (writing?.entry?.uuid === entry.uuid) return <li key={entry.uuid}>{form(parent, entry)}</li>;
    return (
      <li key={entry.uuid} className={styles.entry}>
        <div className={styles.head}>
          <strong>
            <bdi>{entry.Orgc?.name}</bdi>
          </strong>
          <bdi className="muted">{entry.authors}</bdi>
          <StampText stamp={entry.created} />
          <DistributionBadge distribution={entry.distribution} />
          {entry.language !== undefined && entry.language !== '' && <span className="muted">{entry.language}</span>}
        </div>
        <EntryBody entry={entry} />
        <div className={styles.head}>
          {adders(own, true)}
          <Button
            variant="subtle"
            size="compact-sm"
            disabled={entry._canEdit === false || !mayWrite}
            title={entry._canEdit === false ? t('notes.notYours') : reason}
            onClick={() => setWriting({ kind: entry.note_type_name, about: parent, entry })}
          >
            {t('action.edit')}
          </Button>
          <Button
            variant="subtle"
            size="compact-sm"
            color="danger"
            disabled={entry._canEdit === false || !mayWrite}
            title={entry._canEdit === false ? t('notes.notYours') : reason}
            onClick={() => setDeleting(entry)}
          >
            {t('action.delete')}
          </Button>
        </div>
        {form(own)}
        {answers.length > 0 && <ol className={styles.thread}>{answers.map((answer) => renderEntry(answer, own))}</ol>}
      </li>
    );
  };

  return (
    <section aria-label={t('notes.label')}>
      <div className={styles.head} style={{ marginBottom: 8 }}>
        {adders(about, false)}
      </div>
      {form(about)}
      {entries.length === 0 && writing === undefined && (
        <EmptyState icon="file" title={t('notes.none')} text={t('notes.noneText')} />
      )}
      <ol className={styles.thread}>{entries.map((entry) => renderEntry(entry, about))}</ol>
      <ConfirmDialog
        opened={deleting !== undefined}
        title={t('notes.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setDeleting(undefined)}
        onConfirm={async () => {
          if (deleting === undefined) return;
          await deleteAnalystData(deleting.note_type_name, deleting.uuid);
          await refresh();
          toasts.success(t('notes.deleted'));
        }}
      >
        {t('notes.deleteText')}
      </ConfirmDialog>
    </section>
  );
}

/** What an entry says: a text, a number from 0 to 100 with its comment, or a link to something else. */
function EntryBody({ entry }: { readonly entry: AnalystEntry }) {
  const t = useT();
  if (entry.note_type_name === 'Note') {
    return (
      <Suspense fallback={<p style={{ whiteSpace: 'pre-wrap' }}>{entry.note}</p>}>
        <MarkdownView text={entry.note ?? ''} />
      </Suspense>
    );
  }
  if (entry.note_type_name === 'Opinion') {
    const value = Number(entry.opinion ?? 0);
    return (
      <div className={styles.opinion}>
        <span className={styles.bar} aria-hidden="true">
          <span style={{ width: `${Math.min(100, Math.max(0, value))}%` }} />
        </span>
        <span>{t('notes.opinionValue', { n: value, band: t(opinionBand(value)) })}</span>
        <bdi>{entry.comment}</bdi>
      </div>
    );
  }
  return <RelatedBody entry={entry} />;
}

function RelatedBody({ entry }: { readonly entry: AnalystEntry }) {
  const target = { type: entry.related_object_type ?? '', uuid: entry.related_object_uuid ?? '' };
  const names = useQuery(targetNamesQuery([target])).data;
  return (
    <div className={styles.opinion}>
      <Icon name="link" size={14} /> <bdi>{entry.relationship_type}</bdi>
      <span aria-hidden="true">→</span>
      <TargetLink target={target} name={names?.get(target.uuid)} />
    </div>
  );
}
