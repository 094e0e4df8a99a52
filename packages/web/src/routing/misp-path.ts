/** Parsing and spelling of MISP's page URLs: `/[admin/]controller/action/arg/key:value`. */

import { moreActions, moreControllers } from './misp-names.ts';

/** A path of MISP, taken apart. */
export interface MispPath {
  /** Canonical path: known controller and action spellings, arguments kept as given. */
  readonly pathname: string;
  /** Named parameters (`/key:value` segments), decoded. */
  readonly named: Readonly<Record<string, string>>;
}

/** Spelling written to the address bar, by controller name without case and underscores. */
const controllers: Readonly<Record<string, string>> = {
  ...moreControllers,
  events: 'events',
  attributes: 'attributes',
  objects: 'objects',
  tags: 'tags',
  taxonomies: 'taxonomies',
  galaxies: 'galaxies',
  warninglists: 'warninglists',
  objecttemplates: 'objectTemplates',
  organisations: 'organisations',
  sharinggroups: 'sharing_groups',
  users: 'users',
  roles: 'roles',
  authkeys: 'auth_keys',
  servers: 'servers',
  dashboards: 'dashboards',
  eventreports: 'eventReports',
  shadowattributes: 'shadow_attributes',
  eventdelegations: 'event_delegations',
  collections: 'collections',
  analystdata: 'analyst_data',
  eventtemplates: 'event_templates',
  sightings: 'sightings',
};

/** Actions with capitals or an own spelling; MISP matches actions without regard to case. */
const actions: Readonly<Record<string, string>> = {
  ...moreActions,
  serversettings: 'serverSettings',
  addmispexport: 'add_misp_export',
  changepw: 'change_pw',
  restoredeletedevents: 'restoreDeletedEvents',
  proposaleventindex: 'proposalEventIndex',
  view2: 'view',
};

/** Named parameters that MISP itself understands; every other parameter of ours stays in the query string. */
const mispParameters =
  /^(search\w*|sort|direction|value|scope|favouritesOnly|enabled|attributeFilter|searchFor|toIDS|deleted|focus|extended)$/;

const bare = (text: string) => text.toLowerCase().replaceAll('_', '');

/** Decodes one path segment; `+` is a space because PyMISP writes it so. A broken escape is kept as it stands. */
function decodeSegment(segment: string): string {
  const spaced = segment.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Reads any spelling of a MISP page URL that we know. Unknown controllers come back unchanged. */
export function parseMispPath(pathname: string): MispPath {
  const named: Record<string, string> = {};
  const parts: string[] = [];
  for (const segment of pathname.split('/')) {
    const colon = segment.indexOf(':');
    if (parts.length > 0 && colon > 0) {
      const key = decodeSegment(segment.slice(0, colon)).replace(/\[\]$/, '');
      // MISP writes `;` for a colon inside a value, because a colon would end the name.
      named[key] = decodeSegment(segment.slice(colon + 1)).replaceAll(';', ':');
    } else if (segment !== '') parts.push(segment);
  }
  if (parts.length === 0) return { pathname: '/events/index', named };
  const prefixed = bare(parts[0] ?? '') === 'admin' && parts.length > 1;
  const [first = '', second = 'index', ...rest] = prefixed ? parts.slice(1) : parts;
  const controller = controllers[bare(first)];
  if (controller === undefined) return { pathname, named: {} };
  const asAdmin = /^admin_/i.test(second);
  const plain = asAdmin ? second.slice('admin_'.length) : second;
  const action = actions[bare(plain)] ?? plain.toLowerCase();
  const prefix = prefixed || asAdmin ? '/admin' : '';
  return { pathname: [prefix, controller, action, ...rest].join('/').replace(/^(?!\/)/, '/'), named };
}

/** Browser URL to the one the router matches: named parameters become search parameters. */
export function toRouterUrl(url: URL): URL {
  const { pathname, named } = parseMispPath(url.pathname);
  const next = new URL(url);
  next.pathname = pathname;
  for (const [key, value] of Object.entries(named)) next.searchParams.set(key, value);
  return next;
}

/** The router's URL to the one in the address bar: what MISP understands becomes `/key:value`. */
export function toBrowserUrl(url: URL): URL {
  const next = new URL(url);
  const segments: string[] = [];
  for (const [key, value] of [...url.searchParams]) {
    if (!mispParameters.test(key)) continue;
    next.searchParams.delete(key);
    if (value !== '') segments.push(`${key}:${encodeURIComponent(value.replaceAll(':', ';')).replaceAll('%3B', ';')}`);
  }
  if (segments.length > 0) next.pathname = `${url.pathname.replace(/\/$/, '')}/${segments.join('/')}`;
  return next;
}
