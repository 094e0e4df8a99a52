import type { Session } from '../api/session.tsx';
import { hasRight } from '../api/session.tsx';
import type { PermissionFlag } from '../api/wire.ts';
import type { IconName } from '../components/icon.tsx';
import type { MessageKey } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';

export interface PageEntry {
  readonly label: MessageKey;
  readonly path: string;
  /** Entry hidden from whoever lacks it. */
  readonly right?: PermissionFlag;
  /** Served by the server itself, not by the router. */
  readonly external?: boolean;
}

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
    owns: /^\/(events|objects)\b/,
    pages: [{ label: 'nav.events', path: paths.events() }],
  },
  {
    id: 'search',
    label: 'nav.search',
    icon: 'search',
    key: 's',
    owns: /^\/attributes\b/,
    pages: [{ label: 'nav.search', path: paths.search() }],
  },
  {
    id: 'knowledge',
    label: 'nav.knowledge',
    icon: 'knowledge',
    key: 'k',
    owns: /^\/(tags|taxonomies|galaxies|objectTemplates|warninglists)\b/,
    pages: [
      { label: 'nav.tags', path: paths.tags() },
      { label: 'nav.taxonomies', path: paths.taxonomies() },
      { label: 'nav.galaxies', path: paths.galaxies() },
      { label: 'nav.objectTemplates', path: paths.objectTemplates() },
      { label: 'nav.warninglists', path: paths.warninglists() },
    ],
  },
  {
    id: 'sharing',
    label: 'nav.sharing',
    icon: 'sharing',
    key: 'x',
    owns: /^\/(admin\/)?(organisations|sharing_groups)\b/,
    pages: [
      { label: 'nav.organisations', path: paths.organisations() },
      { label: 'nav.sharingGroups', path: paths.sharingGroups() },
    ],
  },
  {
    id: 'automation',
    label: 'nav.automation',
    icon: 'automation',
    key: 'a',
    owns: /^\/auth_keys\b/,
    pages: [
      { label: 'nav.authKeys', path: paths.authKeys() },
      { label: 'nav.apiDocs', path: '/openapi', external: true },
    ],
  },
  {
    id: 'admin',
    label: 'nav.admin',
    icon: 'admin',
    key: 'm',
    owns: /^\/(admin\/(users|roles)|roles|servers)\b/,
    pages: [
      { label: 'nav.users', path: paths.users(), right: 'perm_admin' },
      { label: 'nav.roles', path: paths.roles() },
      { label: 'nav.settings', path: paths.settings(), right: 'perm_site_admin' },
    ],
  },
];

/** The pages of a section this user may open. */
export const pagesFor = (session: Session, section: Section): readonly PageEntry[] =>
  section.pages.filter((page) => page.right === undefined || hasRight(session, page.right));

/** The section a path belongs to. */
export const sectionOf = (pathname: string): Section | undefined =>
  sections.find((section) => section.owns.test(pathname));
