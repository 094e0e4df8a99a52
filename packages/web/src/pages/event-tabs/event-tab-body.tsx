import { lazy } from 'react';
import type { EventHeader } from '../../api/wire.ts';
import type { EventActions } from '../intelligence/use-event-actions.ts';
import type { EventTab } from './tabs.ts';

const ReportsTab = lazy(() => import('./reports-tab.tsx').then((module) => ({ default: module.ReportsTab })));
const ProposalsTab = lazy(() => import('./proposals-tab.tsx').then((module) => ({ default: module.ProposalsTab })));
const RelatedTab = lazy(() => import('./related-tab.tsx').then((module) => ({ default: module.RelatedTab })));
const TimelineTab = lazy(() => import('./timeline-tab.tsx').then((module) => ({ default: module.TimelineTab })));
const HistoryTab = lazy(() => import('./history-tab.tsx').then((module) => ({ default: module.HistoryTab })));
const GraphTab = lazy(() => import('./graph-tab.tsx').then((module) => ({ default: module.GraphTab })));
const MatrixTab = lazy(() => import('./matrix-tab.tsx').then((module) => ({ default: module.MatrixTab })));
const NotesTab = lazy(() => import('./notes-tab.tsx').then((module) => ({ default: module.NotesTab })));

interface EventTabBodyProps {
  readonly tab: EventTab;
  /** What the hash says beyond the name of the tab. */
  readonly detail: string;
  readonly event: EventHeader;
  readonly actions: EventActions;
}

/** One sub-view of the event; each is loaded when it is first opened. */
export function EventTabBody({ tab, detail, event, actions }: EventTabBodyProps) {
  switch (tab) {
    case 'reports':
      return <ReportsTab event={event} reportId={detail} />;
    case 'proposals':
      return <ProposalsTab event={event} actions={actions} />;
    case 'related':
      return <RelatedTab event={event} />;
    case 'timeline':
      return <TimelineTab event={event} />;
    case 'history':
      return <HistoryTab event={event} actions={actions} />;
    case 'graph':
      return <GraphTab event={event} />;
    case 'matrix':
      return <MatrixTab event={event} />;
    case 'notes':
      return <NotesTab event={event} />;
    default:
      return null;
  }
}
