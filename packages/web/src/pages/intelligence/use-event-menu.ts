import { publishSightings, toggleCorrelation } from '../../api/event-actions.ts';
import { publishEvent } from '../../api/events.ts';
import { canEditEvent, canPublishEvent, hasRight, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import type { EventForm } from './event-forms.tsx';
import type { MenuAction } from './event-menu.tsx';
import type { EventActions } from './use-event-actions.ts';

/** What stands in the menu of an event, each with why it cannot be done. */
export function useEventMenu(
  event: EventHeader,
  actions: EventActions,
  open: (form: EventForm) => void,
): readonly MenuAction[] {
  const t = useT();
  const go = useGo();
  const toasts = useToasts();
  const session = useSession();
  const [, change] = useSearchState();
  const edit = canEditEvent(session, event) ? undefined : t('reason.edit');
  const publish = canPublishEvent(session, event) ? undefined : t('reason.publish');
  const lacking = (right: 'perm_delegate' | 'perm_sighting' | 'perm_modify' | 'perm_add') =>
    hasRight(session, right) ? undefined : t('reason.right', { right });
  const isOwn = event.orgc_id === String(session.organisation.id);
  const run = (work: Promise<unknown>, done: string) =>
    void work.then(async () => {
      await actions.refresh();
      toasts.success(done);
    }, toasts.failure);
  return [
    {
      id: 'publish',
      label: t('eventMenu.publishQuietly'),
      disabledReason: event.published ? t('publish.published') : publish,
      run: () => run(publishEvent(event.id, false), t('publish.done')),
    },
    {
      id: 'sightings',
      label: t('eventMenu.publishSightings'),
      disabledReason: lacking('perm_sighting'),
      run: () => run(publishSightings(event.id), t('eventMenu.queued')),
    },
    {
      id: 'delegate',
      label: t('delegation.request'),
      disabledReason:
        lacking('perm_delegate') ??
        (event.distribution !== '0' ? t('delegation.onlyOwn') : isOwn || edit === undefined ? undefined : edit),
      run: () => open('delegate'),
    },
    { id: 'contact', label: t('contact.open'), run: () => open('contact') },
    { id: 'merge', label: t('merge.open'), disabledReason: edit ?? lacking('perm_modify'), run: () => open('merge') },
    { id: 'enrich', label: t('module.enrichEvent'), disabledReason: edit, run: () => change({ panel: 'enrich' }) },
    {
      id: 'module-import',
      label: t('module.import'),
      disabledReason: edit === undefined ? undefined : lacking('perm_add'),
      run: () => change({ panel: 'module-import' }),
    },
    { id: 'extends', label: t('extends.open'), disabledReason: edit, run: () => open('extends') },
    {
      id: 'extend',
      label: t('extends.make'),
      disabledReason: lacking('perm_add'),
      run: () => void go(`${paths.newEvent()}&extends=${event.uuid}`),
    },
    { id: 'keys', label: t('protection.open'), disabledReason: edit, run: () => open('keys') },
    {
      id: 'correlation',
      label: t(event.disable_correlation === true ? 'eventMenu.correlate' : 'eventMenu.doNotCorrelate'),
      disabledReason: edit,
      run: () => run(toggleCorrelation(event.id), t('eventMenu.correlationSet')),
    },
    { id: 'json', label: t('eventMenu.json'), run: () => void window.open(`/events/view/${event.id}.json`) },
  ];
}
