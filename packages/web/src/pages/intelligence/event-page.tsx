import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { eventQuery } from '../../api/events.ts';
import { useKeys } from '../../app/keys.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { PageSkeleton } from '../../components/states.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import { EventHeader } from './event-header.tsx';
import styles from './event-page.module.css';
import { EventRows } from './event-rows.tsx';
import { RelatedEvents } from './related-events.tsx';
import { useEventActions } from './use-event-actions.ts';
import { useNeighbours } from './use-neighbours.ts';

const ObjectPanel = lazy(() => import('./object-panel.tsx').then((module) => ({ default: module.ObjectPanel })));
const PastePanel = lazy(() => import('./paste-panel.tsx').then((module) => ({ default: module.PastePanel })));
const FilePanel = lazy(() => import('./file-panel.tsx').then((module) => ({ default: module.FilePanel })));

/** One event: `/events/view/ID` or its UUID. */
export function Page() {
  const { id = '' } = useParams({ strict: false });
  const [search, change] = useSearchState();
  const { data: event, error, refetch } = useQuery(eventQuery(id));
  const actions = useEventActions(id);
  const step = useNeighbours(id);
  useKeys({ '[': () => step(-1), ']': () => step(1) });
  usePageTitle(event === undefined ? undefined : event.info);

  if (event === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const close = () => change({ panel: undefined });
  return (
    <div className="page-grid">
      <EventHeader event={event} actions={actions} />
      <div className={styles.body}>
        <EventRows key={event.id} routeId={id} event={event} actions={actions} />
        {(event.RelatedEvent?.length ?? 0) > 0 && <RelatedEvents related={event.RelatedEvent ?? []} />}
      </div>
      <Suspense>
        {search.panel === 'add-object' && <ObjectPanel event={event} actions={actions} onClose={close} />}
        {search.panel === 'paste' && <PastePanel event={event} actions={actions} onClose={close} />}
        {search.panel === 'file' && <FilePanel event={event} actions={actions} onClose={close} />}
      </Suspense>
    </div>
  );
}
