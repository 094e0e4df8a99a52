import { paths } from '../routing/paths.ts';
import type { PageRoute } from './more-pages.ts';

/** Pages around an event, by path. */
export const eventAreaPages: readonly PageRoute[] = [
  ['/shadow_attributes/index', () => import('../pages/around-event/proposals-page.tsx')],
  ['/eventReports/index', () => import('../pages/around-event/reports-page.tsx')],
  ['/eventReports/view/$id', () => import('../pages/around-event/report-page.tsx')],
  ['/collections/index', () => import('../pages/around-event/collections-page.tsx')],
  ['/collections/view/$id', () => import('../pages/around-event/collection-page.tsx')],
  ['/analyst_data/index', () => import('../pages/around-event/analyst-data-page.tsx')],
  ['/event_delegations/index', () => import('../pages/around-event/delegations-page.tsx')],
  ['/events/restoreDeletedEvents', () => import('../pages/around-event/deleted-events-page.tsx'), 'perm_site_admin'],
  ['/event_templates/index', () => import('../pages/around-event/event-templates-page.tsx')],
  ['/event_templates/view/$id', () => import('../pages/around-event/event-template-page.tsx')],
  ['/event_templates/add', () => import('../pages/around-event/template-editor-page.tsx'), 'perm_template'],
  ['/event_templates/edit/$id', () => import('../pages/around-event/template-editor-page.tsx'), 'perm_template'],
  ['/sightings/index', () => import('../pages/around-event/sightings-page.tsx')],
];

/** MISP's other addresses of them. */
export const eventAreaForwards: readonly (readonly [path: string, to: (id: string) => string])[] = [
  ['/events/proposalEventIndex', () => paths.proposals()],
  ['/eventReports/viewSummary/$id', (id) => paths.report(id)],
  ['/shadow_attributes/index/$id', (id) => paths.eventTab(id, 'proposals')],
  ['/analyst_data/index/$id', (id) => `${paths.analystData()}?kind=${encodeURIComponent(id)}`],
];
