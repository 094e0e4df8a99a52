import { canEditEvent, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { useT } from '../../i18n/i18n.tsx';
import type { EventActions } from '../intelligence/use-event-actions.ts';
import { ProposalsList } from '../proposals/proposals-list.tsx';

/** Changes that others wish to see in the event. */
export function ProposalsTab({ event, actions }: { readonly event: EventHeader; readonly actions: EventActions }) {
  const t = useT();
  const mayEdit = canEditEvent(useSession(), event);
  return (
    <section aria-label={t('eventTab.proposals')}>
      <ProposalsList
        eventId={event.id}
        disabledReason={mayEdit ? undefined : t('reason.edit')}
        onDecided={actions.refresh}
      />
    </section>
  );
}
