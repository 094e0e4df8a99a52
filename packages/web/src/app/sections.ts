import { hasRight, type Session } from '../api/session.tsx';
import type { PermissionFlag } from '../api/wire.ts';
import type { IconName } from '../components/icon.tsx';
import type { MessageKey } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';

/** A page in the navigation, and who may see it there. */
export interface PageEntry {
  readonly label: MessageKey;
  readonly path: string;
  /** Entry hidden from whoever lacks it. */
  readonly right?: PermissionFlag;
  /** Served by the server itself, not by the router. */
  readonly external?: boolean;
  /** Addresses that belong to it, where the first segment of its own does not tell. */
  readonly owns?: RegExp;
}

/** A part of the navigation with its pages. */
export interface Section {
  readonly id: 'home' | 'events' | 'search' | 'knowledge' | 'sharing' | 'automation' | 'admin';
  readonly label: MessageKey;
  readonly icon: IconName;
  /** Second letter after `g`. */
  readonly key: string;
  /** First path segments (after `admin/`) whose pages belong here. */
  readonly owns: RegExp;
  readonly pages: readonly PageEntry[];
}

/** The seven entries of the rail and the pages inside them. */
export const sections: readonly Section[] = [
  {
    id: 'home',
    label: 'nav.home',
    icon: 'home',
    key: 'h',
    owns: /^\/dashboards/,
    pages: [{ label: 'nav.home', path: paths.home() }],
  },
  {
    id: 'events',
    label: 'nav.events',
    icon: 'events',
    key: 'e',
    owns: /^\/(events|objects|eventReports|shadow_attributes|event_delegations|collections|analyst_data|event_templates|sightings)\b/,
    pages: [
      { label: 'nav.events', path: paths.events() },
      { label: 'nav.reports', path: paths.reports() },
      { label: 'nav.proposals', path: paths.proposals() },
      { label: 'nav.delegations', path: paths.delegations() },
      { label: 'nav.collections', path: paths.collections() },
      { label: 'nav.analystData', path: paths.analystData() },
      { label: 'nav.sightings', path: paths.sightings() },
      { label: 'nav.eventTemplates', path: paths.eventTemplates() },
      {
        label: 'nav.deletedEvents',
        path: paths.deletedEvents(),
        right: 'perm_site_admin',
        owns: /^\/events\/restoreDeletedEvents/,
      },
    ],
  },
  {
    id: 'search',
    label: 'nav.search',
    icon: 'search',
    key: 's',
    owns: /^\/(attributes|pivots)\b|^\/feeds\/searchCaches|^\/events\/export/,
    pages: [
      { label: 'nav.search', path: paths.search() },
      { label: 'nav.pivots', path: paths.pivots() },
      { label: 'nav.searchCaches', path: paths.searchCaches() },
      { label: 'nav.exports', path: paths.exports(), owns: /^\/events\/(export|automation)\b/ },
    ],
  },
  {
    id: 'knowledge',
    label: 'nav.knowledge',
    icon: 'knowledge',
    key: 'k',
    owns: /^\/(tags|tag_collections|taxonomies|galaxies|galaxy_clusters|objectTemplates|warninglists|noticelists|decayingModel|pages)\b|^\/users\/statistics\/galaxyMatrix/,
    pages: [
      { label: 'nav.tags', path: paths.tags() },
      { label: 'nav.tagCollections', path: paths.tagCollections() },
      { label: 'nav.taxonomies', path: paths.taxonomies() },
      { label: 'nav.galaxies', path: paths.galaxies(), owns: /^\/(galaxies|galaxy_clusters)\b/ },
      { label: 'nav.matrix', path: paths.matrix(), owns: /^\/users\/statistics\/galaxyMatrix/ },
      { label: 'nav.objectTemplates', path: paths.objectTemplates() },
      { label: 'nav.warninglists', path: paths.warninglists() },
      { label: 'nav.noticelists', path: paths.noticelists() },
      { label: 'nav.decaying', path: paths.decayingModels() },
      { label: 'nav.types', path: paths.types() },
    ],
  },
  {
    id: 'sharing',
    label: 'nav.sharing',
    icon: 'sharing',
    key: 'x',
    owns: /^\/(admin\/)?(organisations|sharing_groups|sharing_group_blueprints|feeds|communities)\b|^\/servers\/(?!serverSettings|rest\b)/,
    pages: [
      { label: 'nav.feeds', path: paths.feeds() },
      { label: 'nav.servers', path: paths.servers(), right: 'perm_site_admin' },
      { label: 'nav.organisations', path: paths.organisations() },
      { label: 'nav.sharingGroups', path: paths.sharingGroups() },
      { label: 'nav.blueprints', path: paths.blueprints() },
      { label: 'nav.communities', path: paths.communities(), right: 'perm_site_admin' },
    ],
  },
  {
    id: 'automation',
    label: 'nav.automation',
    icon: 'automation',
    key: 'a',
    owns: /^\/(auth_keys|api|rest_client|jobs|modules)\b|^\/servers\/rest\b/,
    pages: [
      { label: 'nav.restClient', path: paths.restClient(), owns: /^\/(api|rest_client)\b|^\/servers\/rest\b/ },
      { label: 'nav.jobs', path: paths.jobs() },
      { label: 'nav.modules', path: paths.modules(), right: 'perm_site_admin' },
      { label: 'nav.authKeys', path: paths.authKeys() },
      { label: 'nav.apiDocs', path: '/api/openapi', external: true },
    ],
  },
  {
    id: 'admin',
    label: 'nav.admin',
    icon: 'admin',
    key: 'm',
    owns: /^\/(admin\/(users|roles|audit_logs|logs|access_logs)|roles|servers|audit_logs|logs|access_logs|\w*[bB]locklists|news|correlation\w*)\b|^\/users\/(registrations|statistics)/,
    pages: [
      { label: 'nav.users', path: paths.users(), right: 'perm_admin' },
      { label: 'nav.roles', path: paths.roles() },
      {
        label: 'nav.registrations',
        path: paths.registrations(),
        right: 'perm_site_admin',
        owns: /^\/users\/registrations/,
      },
      {
        label: 'nav.settings',
        path: paths.settings(),
        right: 'perm_site_admin',
        owns: /^\/servers\/serverSettings(?!\/diagnostics)/,
      },
      {
        label: 'nav.diagnostics',
        path: paths.diagnostics(),
        right: 'perm_site_admin',
        owns: /^\/servers\/serverSettings\/diagnostics/,
      },
      {
        label: 'nav.logs',
        path: paths.auditLogs(),
        right: 'perm_audit',
        owns: /^\/(admin\/)?(audit_logs|logs|access_logs)\b/,
      },
      {
        label: 'nav.blocklists',
        path: paths.blocklist('eventBlocklists'),
        right: 'perm_site_admin',
        owns: /locklists\b/,
      },
      { label: 'nav.correlations', path: paths.topCorrelations(), right: 'perm_site_admin', owns: /^\/correlation/ },
      { label: 'nav.statistics', path: paths.statistics('data'), owns: /^\/users\/statistics/ },
      { label: 'nav.news', path: paths.news() },
    ],
  },
];

/** The pages of a section this user may open. */
export const pagesFor = (session: Session, section: Section): readonly PageEntry[] =>
  section.pages.filter((page) => page.right === undefined || hasRight(session, page.right));

/** The section a path belongs to. */
export const sectionOf = (pathname: string): Section | undefined =>
  sections.find((section) => section.pages.some((page) => page.owns?.test(pathname))) ??
  sections.find((section) => section.owns.test(pathname));

const firstSegment = (path: string) => path.replace(/^\/admin/, '').split('/')[1];

/** The entry of a section that a path belongs to. */
export const currentPage = (pages: readonly PageEntry[], pathname: string): PageEntry | undefined =>
  pages.find((page) => page.owns?.test(pathname)) ??
  pages.find((page) => page.owns === undefined && firstSegment(page.path) === firstSegment(pathname));
