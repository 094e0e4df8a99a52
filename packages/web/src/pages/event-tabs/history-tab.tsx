import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AuditEntry, historyKindOf, historyQuery, restoreDeleted, restoreEntry } from '../../api/history.ts';
import { canEditEvent, useSession } from '../../api/session.tsx';
import { targetNamesQuery } from '../../api/target-names.ts';
import type { EventHeader } from '../../api/wire.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { StampText } from '../../components/time.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { EventActions } from '../intelligence/use-event-actions.ts';
import { type FieldChange, FieldDiff } from './field-diff.tsx';
import { subjectOf, targetsOf } from './history-names.ts';
import { actionText, modelText, readableChanges } from './history-words.ts';
import styles from './tabs.module.css';

interface HistoryTabProps {
  readonly event: EventHeader;
  readonly actions: EventActions;
}

const noNames: ReadonlyMap<string, string> = new Map();
const removals = /^(soft_)?delete$/;

/**
 * The fields of an entry; MISP's log tells a change as `[old, new]`, and the values of a new thing, or of one that is
 * gone, by themselves.
 */
export function changesOf({ AuditLog: entry }: AuditEntry): readonly FieldChange[] {
  const isRemoval = removals.test(entry.action);
  return Object.entries(entry.change ?? {})
    .filter(([, value]) => value !== null && value !== '')
    .map(([field, value]) =>
      Array.isArray(value) && value.length === 2
        ? { field, before: value[0], after: value[1] }
        : isRemoval
          ? { field, before: value, after: '' }
          : { field, after: value },
    );
}

const isDeletion = (entry: AuditEntry) => entry.AuditLog.action === 'delete';

/** Who changed what in the event, newest first; what was changed can be set back. */
export function HistoryTab({ event, actions }: HistoryTabProps) {
  const t = useT();
  const toasts = useToasts();
  const mayEdit = canEditEvent(useSession(), event);
  const query = useInfiniteQuery(historyQuery(event.id));
  const [asked, setAsked] = useState<AuditEntry>();
  const entries = query.data?.pages.flatMap((page) => page.entries) ?? [];
  const names = useQuery(targetNamesQuery(targetsOf(entries))).data ?? noNames;

  async function restore({ AuditLog: entry }: AuditEntry) {
    const kind = historyKindOf(entry.model);
    if (kind === undefined) return;
    await (entry.action === 'delete'
      ? restoreDeleted(kind, entry.model_id)
      : restoreEntry(kind, entry.model_id, entry.id));
    await actions.refresh();
    toasts.success(t('history.restored'));
  }

  if (query.isError) return <ErrorBox error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Skeleton height={240} />;
  if (entries.length === 0) return <EmptyState icon="refresh" title={t('history.none')} text={t('history.noneText')} />;
  return (
    <section aria-label={t('eventTab.history')}>
      <ol className={styles.log}>
        {entries.map((entry) => (
          <HistoryEntry
            key={entry.AuditLog.id}
            entry={entry}
            names={names}
            mayEdit={mayEdit}
            onRestore={() => setAsked(entry)}
          />
        ))}
      </ol>
      {query.hasNextPage && (
        <div style={{ marginTop: 12 }}>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('list.more')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        opened={asked !== undefined}
        title={t(asked !== undefined && isDeletion(asked) ? 'history.bringBack' : 'history.restoreTitle')}
        confirm={t('history.restore')}
        onClose={() => setAsked(undefined)}
        onConfirm={async () => {
          if (asked !== undefined) await restore(asked);
        }}
      >
        {t(asked !== undefined && isDeletion(asked) ? 'history.bringBackText' : 'history.restoreText')}
      </ConfirmDialog>
    </section>
  );
}

function HistoryEntry(props: {
  readonly entry: AuditEntry;
  /** Names of what is told by UUID. */
  readonly names: ReadonlyMap<string, string>;
  readonly mayEdit: boolean;
  readonly onRestore: () => void;
}) {
  const t = useT();
  const { AuditLog: entry, User: user, Organisation: organisation } = props.entry;
  const kind = historyKindOf(entry.model);
  return (
    <li>
      <StampText stamp={entry.created} />
      <span>
        <bdi>{user?.email ?? '–'}</bdi>
        <div className="muted">
          <bdi>{organisation?.name}</bdi>
        </div>
      </span>
      <div>
        <strong>{actionText(t, entry.action)}</strong> <span className="muted">{modelText(t, entry.model)}</span>{' '}
        <bdi>{subjectOf(props.entry, props.names)}</bdi>
        <FieldDiff changes={readableChanges(t, changesOf(props.entry), props.names)} />
      </div>
      <span>
        {kind !== undefined && (
          <Button
            variant="default"
            size="compact-sm"
            disabled={!props.mayEdit}
            title={props.mayEdit ? t('history.restoreHint') : t('reason.edit')}
            onClick={props.onRestore}
          >
            {t('history.restore')}
          </Button>
        )}
      </span>
    </li>
  );
}
