import type { ComponentType } from 'react';
import type { PermissionFlag } from '../api/wire.ts';

type Load = () => Promise<{ readonly Page: ComponentType }>;

/**
 * A page by its address, or by several where a panel over it has one of its own; `right` is what its role must have.
 */
export type PageRoute = readonly [path: string | readonly string[], load: Load, right?: PermissionFlag];

const blocklists: Load = () => import('../pages/administration/blocklists-page.tsx');
const correlationValues: Load = () => import('../pages/administration/correlation-values-page.tsx');
const statistics: Load = () => import('../pages/administration/statistics-page.tsx');

/** Pages of administration, by address. */
const administrationPages: readonly PageRoute[] = [
  ['/admin/audit_logs/index', () => import('../pages/administration/audit-log-page.tsx'), 'perm_audit'],
  ['/audit_logs/index', () => import('../pages/administration/audit-log-page.tsx'), 'perm_audit'],
  ['/logs/index', () => import('../pages/administration/log-page.tsx'), 'perm_audit'],
  ['/admin/logs/index', () => import('../pages/administration/log-page.tsx'), 'perm_audit'],
  ['/admin/access_logs/index', () => import('../pages/administration/access-log-page.tsx'), 'perm_site_admin'],
  ['/access_logs/index', () => import('../pages/administration/access-log-page.tsx'), 'perm_site_admin'],
  ['/jobs/index', () => import('../pages/administration/jobs-page.tsx')],
  ['/jobs/mine', () => import('../pages/administration/jobs-page.tsx')],
  ['/eventBlocklists/index', blocklists, 'perm_add'],
  ['/orgBlocklists/index', blocklists, 'perm_add'],
  ['/sightingBlocklists/index', blocklists, 'perm_site_admin'],
  ['/galaxy_cluster_blocklists/index', blocklists, 'perm_site_admin'],
  ['/analyst_data_blocklists/index', blocklists, 'perm_site_admin'],
  ['/news/index', () => import('../pages/administration/news-page.tsx')],
  ['/users/registrations', () => import('../pages/administration/registrations-page.tsx'), 'perm_site_admin'],
  ['/correlations/top', correlationValues, 'perm_site_admin'],
  ['/correlations/overCorrelations', correlationValues, 'perm_site_admin'],
  [
    '/correlation_exclusions/index',
    () => import('../pages/administration/correlation-exclusions-page.tsx'),
    'perm_site_admin',
  ],
  ['/correlation_rules/index', () => import('../pages/administration/correlation-rules-page.tsx'), 'perm_site_admin'],
  ['/users/statistics', statistics],
  ['/users/statistics/$part', statistics],
  ['/user_settings/index', () => import('../pages/account/user-settings-page.tsx')],
  ['/users/notificationSettings', () => import('../pages/account/profile-page.tsx')],
  ['/users/view_login_history', () => import('../pages/account/sign-ins-page.tsx')],
  [
    '/servers/serverSettings/diagnostics',
    () => import('../pages/administration/diagnostics-page.tsx'),
    'perm_site_admin',
  ],
];

const remoteEvent: Load = () => import('../pages/sharing/remote-event-page.tsx');

/** Pages of sharing, by address. */
const sharingPages: readonly PageRoute[] = [
  [['/feeds/index', '/feeds/add'], () => import('../pages/sharing/feeds-page.tsx')],
  ['/feeds/previewIndex/$id', () => import('../pages/sharing/feed-preview-page.tsx')],
  ['/feeds/previewEvent/$id/$event', remoteEvent],
  ['/feeds/compareFeeds', () => import('../pages/sharing/compare-feeds-page.tsx')],
  ['/feeds/searchCaches', () => import('../pages/sharing/search-caches-page.tsx')],
  [['/servers/index', '/servers/add'], () => import('../pages/sharing/servers-page.tsx'), 'perm_site_admin'],
  ['/servers/previewIndex/$id', () => import('../pages/sharing/server-preview-page.tsx'), 'perm_site_admin'],
  ['/servers/previewEvent/$id/$event', remoteEvent, 'perm_site_admin'],
  ['/communities/index', () => import('../pages/sharing/communities-page.tsx'), 'perm_site_admin'],
  ['/sharing_group_blueprints/index', () => import('../pages/sharing/blueprints-page.tsx')],
];

/** Pages of knowledge, by address. */
const knowledgePages: readonly PageRoute[] = [
  ['/galaxy_clusters/view/$id', () => import('../pages/knowledge/cluster-page.tsx')],
  ['/users/statistics/galaxyMatrix', () => import('../pages/knowledge/matrix-page.tsx')],
  ['/tag_collections/index', () => import('../pages/knowledge/tag-collections-page.tsx')],
  ['/noticelists/index', () => import('../pages/knowledge/noticelists-page.tsx')],
  ['/decayingModel/index', () => import('../pages/knowledge/decaying-models-page.tsx')],
  ['/decayingModel/view/$id', () => import('../pages/knowledge/decaying-model-page.tsx')],
  ['/pages/display/doc/categories_and_types', () => import('../pages/knowledge/types-page.tsx')],
];

const restClient: Load = () => import('../pages/automation/rest-client-page.tsx');
const exportPage: Load = () => import('../pages/automation/export-page.tsx');

/** Pages of automation and search, by address. */
const automationPages: readonly PageRoute[] = [
  ['/modules/index', () => import('../pages/modules/modules-page.tsx'), 'perm_site_admin'],
  ['/api/rest', restClient],
  ['/servers/rest', restClient],
  ['/rest_client/index', restClient],
  ['/events/export', exportPage],
  ['/events/automation', exportPage],
  ['/pivots/index', () => import('../pages/search/pivots-page.tsx')],
];

/** Every page whose address is plain. */
export const morePages: readonly PageRoute[] = [
  ...administrationPages,
  ...sharingPages,
  ...knowledgePages,
  ...automationPages,
];
