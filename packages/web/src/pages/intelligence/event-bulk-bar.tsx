import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteEvents, publishEvent, tagEvent } from '../../api/events.ts';
import { canEditEvent, canPublishEvent, canTagEvent, useSession } from '../../api/session.tsx';
import type { EventIndexRow } from '../../api/wire.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { TagPicker } from '../../components/tag-picker.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AudienceSummary } from './audience.tsx';

interface EventBulkBarProps {
  readonly events: readonly EventIndexRow[];
  readonly onDone: () => void;
}

/** What can be done with the selected events, at the bottom of the list. */
export function EventBulkBar({ events, onDone }: EventBulkBarProps) {
  const t = useT();
  const session = useSession();
  const client = useQueryClient();
  const toasts = useToasts();
  const [asking, setAsking] = useState<'publish' | 'delete'>();
  if (events.length === 0) return null;

  const refresh = () => client.invalidateQueries({ queryKey: ['events'] });
  const mayPublish = events.every((event) => canPublishEvent(session, event));
  const mayEdit = events.every((event) => canEditEvent(session, event));
  const mayTag = events.every((event) => canTagEvent(session, event));

  /** One after another: each has its own outcome, and a refusal of one must not hide the others. */
  async function forEach(action: (event: EventIndexRow) => Promise<unknown>, done: (n: number) => string) {
    let succeeded = 0;
    for (const event of events) {
      try {
        await action(event);
        succeeded += 1;
      } catch (error) {
        toasts.failure(error);
      }
    }
    await refresh();
    if (succeeded > 0) toasts.success(done(succeeded));
    onDone();
  }

  return (
    <section className="bulk-bar" aria-label={t('bulk.label')}>
      <strong>{t('bulk.selected', { n: events.length })}</strong>
      <Button
        variant="default"
        leftSection={<Icon name="publish" />}
        disabled={!mayPublish}
        title={mayPublish ? undefined : t('reason.publish')}
        onClick={() => setAsking('publish')}
      >
        {t('event.publish')}
      </Button>
      <TagPicker
        label={t('tag.add')}
        disabledReason={mayTag ? undefined : t('reason.tag')}
        onPick={(name, local) =>
          void forEach(
            (event) => tagEvent(event.id, name, local),
            (n) => t('bulk.tagged', { n, name }),
          )
        }
      />
      <Button
        variant="default"
        color="danger"
        leftSection={<Icon name="trash" />}
        disabled={!mayEdit}
        title={mayEdit ? undefined : t('reason.edit')}
        onClick={() => setAsking('delete')}
      >
        {t('action.delete')}
      </Button>
      <span style={{ flex: 1 }} />
      <Button variant="subtle" onClick={onDone}>
        {t('bulk.clear')}
      </Button>
      <ConfirmDialog
        opened={asking === 'publish'}
        title={t('publish.many', { n: events.length })}
        confirm={t('event.publish')}
        onClose={() => setAsking(undefined)}
        onConfirm={() =>
          forEach(
            (event) => publishEvent(event.id, false),
            (n) => t('publish.doneMany', { n }),
          )
        }
      >
        <AudienceSummary events={events} />
      </ConfirmDialog>
      <ConfirmDialog
        opened={asking === 'delete'}
        title={t('delete.manyEvents', { n: events.length })}
        confirm={t('action.delete')}
        tone="danger"
        typeToConfirm={events.some((event) => event.published) ? String(events.length) : undefined}
        onClose={() => setAsking(undefined)}
        onConfirm={async () => {
          await deleteEvents(events.map((event) => event.id));
          await refresh();
          toasts.success(t('delete.doneEvents', { n: events.length }));
          onDone();
        }}
      >
        {t('delete.eventText')}
      </ConfirmDialog>
    </section>
  );
}
