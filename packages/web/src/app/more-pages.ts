import type { ComponentType } from 'react';

type Load = () => Promise<{ readonly Page: ComponentType }>;

const blocklists: Load = () => import('../pages/administration/blocklists-page.tsx');
const correlationValues: Load = () => import('../pages/administration/correlation-values-page.tsx');
const statistics: Load = () => import('../pages/administration/statistics-page.tsx');

/** Pages of administration, by address. */
export const administrationPages: readonly (readonly [path: string, load: Load])[] = [
  ['/admin/audit_logs/index', () => import('../pages/administration/audit-log-page.tsx')],
  ['/audit_logs/index', () => import('../pages/administration/audit-log-page.tsx')],
  ['/logs/index', () => import('../pages/administration/log-page.tsx')],
  ['/admin/logs/index', () => import('../pages/administration/log-page.tsx')],
  ['/admin/access_logs/index', () => import('../pages/administration/access-log-page.tsx')],
  ['/access_logs/index', () => import('../pages/administration/access-log-page.tsx')],
  ['/jobs/index', () => import('../pages/administration/jobs-page.tsx')],
  ['/jobs/mine', () => import('../pages/administration/jobs-page.tsx')],
  ['/eventBlocklists/index', blocklists],
  ['/orgBlocklists/index', blocklists],
  ['/sightingBlocklists/index', blocklists],
  ['/galaxy_cluster_blocklists/index', blocklists],
  ['/analyst_data_blocklists/index', blocklists],
  ['/news/index', () => import('../pages/administration/news-page.tsx')],
  ['/users/registrations', () => import('../pages/administration/registrations-page.tsx')],
  ['/correlations/top', correlationValues],
  ['/correlations/overCorrelations', correlationValues],
  ['/correlation_exclusions/index', () => import('../pages/administration/correlation-exclusions-page.tsx')],
  ['/correlation_rules/index', () => import('../pages/administration/correlation-rules-page.tsx')],
  ['/users/statistics', statistics],
  ['/users/statistics/$part', statistics],
  ['/servers/serverSettings/diagnostics', () => import('../pages/administration/diagnostics-page.tsx')],
];

/** Every page whose address is plain. */
export const morePages: readonly (readonly [path: string, load: Load])[] = [...administrationPages];
