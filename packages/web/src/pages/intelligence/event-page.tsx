import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { countEntries } from '../../api/analyst-data.ts';
import { eventQuery } from '../../api/events.ts';
import { useKeys } from '../../app/keys.ts';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { PageSkeleton, Skeleton } from '../../components/states.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import { TabBar } from '../event-tabs/tab-bar.tsx';
import tabStyles from '../event-tabs/tabs.module.css';
import { detailOfHash, tabOfHash } from '../event-tabs/tabs.ts';
import { useHash } from '../event-tabs/use-hash.ts';
import { EventHeader } from './event-header.tsx';
import styles from './event-page.module.css';
import { EventRows } from './event-rows.tsx';
import { useEventActions } from './use-event-actions.ts';
import { useNeighbours } from './use-neighbours.ts';

const ObjectPanel = lazy(() => import('./object-panel.tsx').then((module) => ({ default: module.ObjectPanel })));
const PastePanel = lazy(() => import('./paste-panel.tsx').then((module) => ({ default: module.PastePanel })));
const FilePanel = lazy(() => import('./file-panel.tsx').then((module) => ({ default: module.FilePanel })));

const ModuleImportPanel = lazy(() =>
  import('../modules/module-import-panel.tsx').then((module) => ({ default: module.ModuleImportPanel })),
);
const EnrichEventDialog = lazy(() =>
  import('../modules/enrich-event-dialog.tsx').then((module) => ({ default: module.EnrichEventDialog })),
);

const EventTabBody = lazy(() =>
  import('../event-tabs/event-tab-body.tsx').then((module) => ({ default: module.EventTabBody })),
);

/** One event: `/events/view/ID` or its UUID; its sub-views stand in the hash. */
export function Page() {
  const { id = '' } = useParams({ strict: false });
  const [search, change] = useSearchState();
  const { data: event, error, refetch } = useQuery(eventQuery(id));
  const actions = useEventActions(id);
  const step = useNeighbours(id);
  const [hash] = useHash();
  useKeys({ '[': () => step(-1), ']': () => step(1) });
  usePageTitle(event === undefined ? undefined : event.info);

  if (event === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const tab = tabOfHash(hash);
  const close = () => change({ panel: undefined });
  return (
    <div className="page-grid">
      <EventHeader event={event} actions={actions} />
      <TabBar active={tab} counts={{ related: event.RelatedEvent?.length ?? 0, notes: countEntries(event) }} />
      {tab === 'data' ? (
        <div className={styles.body}>
          <EventRows key={event.id} routeId={id} event={event} actions={actions} />
        </div>
      ) : (
        <div className={tabStyles.tab} key={`${event.id} ${tab}`}>
          <Suspense fallback={<Skeleton height={240} />}>
            <EventTabBody tab={tab} detail={detailOfHash(hash)} event={event} actions={actions} />
          </Suspense>
        </div>
      )}
      <Suspense>
        {search.panel === 'add-object' && <ObjectPanel event={event} actions={actions} onClose={close} />}
        {search.panel === 'paste' && <PastePanel event={event} actions={actions} onClose={close} />}
        {search.panel === 'module-import' && (
          <ModuleImportPanel eventId={event.id} onStored={actions.refresh} onClose={close} />
        )}
        {search.panel === 'enrich' && <EnrichEventDialog eventId={event.id} onDone={actions.refresh} onClose={close} />}
        {search.panel === 'file' && <FilePanel event={event} actions={actions} onClose={close} />}
      </Suspense>
    </div>
  );
}
