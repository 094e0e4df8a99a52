import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteEvents, publishEvent, unpublishEvent } from '../../api/events.ts';
import type { EventHeader } from '../../api/wire.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CheckField } from '../../components/fields.tsx';
import { hasTlp } from '../../components/tag-chip.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { Audience } from './audience.tsx';
import type { EventActions } from './use-event-actions.ts';

interface EventDialogsProps {
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly open: 'publish' | 'unpublish' | 'delete' | undefined;
  readonly onClose: () => void;
}

/** What to look at before publishing. */
function PublishChecks({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const notes = [
    ...(Number(event.attribute_count) === 0 ? [t('publish.warnEmpty')] : []),
    ...(hasTlp(event.Tag ?? []) ? [] : [t('publish.warnTlp')]),
  ];
  if (notes.length === 0) return null;
  return (
    <ul style={{ color: 'var(--warn)', paddingInlineStart: 18 }}>
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

/** The three questions of the event page: publish, unpublish, delete. */
export function EventDialogs({ event, actions, open, onClose }: EventDialogsProps) {
  const t = useT();
  const go = useGo();
  const client = useQueryClient();
  const toasts = useToasts();
  const [mail, setMail] = useState(false);
  return (
    <>
      <ConfirmDialog
        opened={open === 'publish'}
        title={t('publish.title')}
        confirm={t('event.publish')}
        onClose={onClose}
        onConfirm={async () => {
          await publishEvent(event.id, mail);
          await actions.refresh();
          toasts.success(t('publish.done'));
        }}
      >
        <p style={{ marginTop: 0 }}>
          <strong>
            <Audience item={event} />
          </strong>
        </p>
        <PublishChecks event={event} />
        <CheckField label={t('publish.mail')} value={mail} onChange={setMail} />
      </ConfirmDialog>
      <ConfirmDialog
        opened={open === 'unpublish'}
        title={t('unpublish.title')}
        confirm={t('event.unpublish')}
        onClose={onClose}
        onConfirm={async () => {
          await unpublishEvent(event.id);
          await actions.refresh();
          toasts.success(t('unpublish.done'));
        }}
      >
        {t('unpublish.text')}
      </ConfirmDialog>
      <ConfirmDialog
        opened={open === 'delete'}
        title={t('delete.event')}
        confirm={t('action.delete')}
        tone="danger"
        typeToConfirm={event.published ? event.id : undefined}
        onClose={onClose}
        onConfirm={async () => {
          await deleteEvents([event.id]);
          client.removeQueries({ queryKey: ['event', event.id] });
          void client.invalidateQueries({ queryKey: ['events'] });
          toasts.success(t('delete.doneEvents', { n: 1 }));
          await go(paths.events());
        }}
      >
        {t('delete.eventText')}
      </ConfirmDialog>
    </>
  );
}
