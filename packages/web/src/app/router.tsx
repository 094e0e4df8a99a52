import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { get } from '../api/client.ts';
import { eventRowsQuery } from '../api/event-rows.ts';
import { eventListQuery, eventQuery } from '../api/events.ts';
import type { Attribute, MispObject, PermissionFlag } from '../api/wire.ts';
import { PageSkeleton } from '../components/states.tsx';
import { loadRestMessages } from '../i18n/i18n.tsx';
import { eventFiltersOf } from '../pages/intelligence/event-filters.ts';
import { rowFiltersOf } from '../pages/intelligence/row-filters.ts';
import { toBrowserUrl, toRouterUrl } from '../routing/misp-path.ts';
import { paths } from '../routing/paths.ts';
import { splitPath } from '../routing/split-path.ts';
import { chosenLanguage } from '../theme/preferences.ts';
import { eventAreaForwards, eventAreaPages } from './event-area-routes.ts';
import { morePages } from './more-pages.ts';
import { FailurePage, NotFoundPage } from './not-found.tsx';
import { olderAddresses } from './older-addresses.ts';
import { OverlayProvider } from './overlays.tsx';
import { Shell } from './shell.tsx';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** What the role must have; who lacks it is told so in place of the page. */
    right?: PermissionFlag | undefined;
    /** The first of the addresses of one page: going to another of them opens no other page. */
    page?: string | undefined;
  }
}

type Search = Record<string, string>;

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: () => (
    <OverlayProvider>
      <Shell />
    </OverlayProvider>
  ),
  notFoundComponent: NotFoundPage,
  validateSearch: (search: Record<string, unknown>): Search =>
    Object.fromEntries(
      Object.entries(search)
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([key, value]) => [key, String(value)]),
    ),
});

/** A page with the texts it is made of: only the list of events has all of its own from the start. */
const withTexts = (load: () => Promise<{ Page: React.ComponentType }>) =>
  lazyRouteComponent(async () => {
    const [module] = await Promise.all([load(), loadRestMessages(chosenLanguage())]);
    return module;
  }, 'Page');

type Load = Parameters<typeof withTexts>[0];

const page = <Path extends string>(path: Path, load: Load, right?: PermissionFlag) =>
  createRoute({ getParentRoute: () => root, path, component: withTexts(load), staticData: { right } });

/** The addresses of one page, which stays as it is, its place and focus too, on the way from one of them to another. */
const pageAt = (addresses: readonly string[], load: Load, right?: PermissionFlag) => {
  const component = withTexts(load);
  const staticData = { right, page: addresses.length > 1 ? addresses[0] : undefined };
  return addresses.map((path) => createRoute({ getParentRoute: () => root, path, component, staticData }));
};

const eventList = createRoute({
  getParentRoute: () => root,
  path: '/events/index',
  loaderDeps: ({ search }) => eventFiltersOf(search),
  // Starts while the page's own code is still on its way; the page shows the failure, if any.
  loader: ({ context, deps }) => {
    void context.queryClient.prefetchInfiniteQuery(eventListQuery(deps));
  },
  component: lazyRouteComponent(() => import('../pages/intelligence/event-list-page.tsx'), 'Page'),
});

const eventView = createRoute({
  getParentRoute: () => root,
  path: '/events/view/$id',
  loaderDeps: ({ search }) => rowFiltersOf(search),
  loader: ({ context, params, deps }) => {
    void context.queryClient.prefetchQuery(eventQuery(params.id));
    void context.queryClient.prefetchInfiniteQuery(eventRowsQuery(params.id, deps));
  },
  component: withTexts(() => import('../pages/intelligence/event-page.tsx')),
});

/** MISP's older addresses: each opens the page that now does the work. */
const forward = <Path extends string>(path: Path, to: (params: Record<string, string>) => string | Promise<string>) =>
  createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: async ({ params }) => {
      const { pathname, search, hash } = splitPath(await to({ ...(params as Record<string, string>) }));
      throw redirect({
        to: pathname,
        search: search as never,
        replace: true,
        ...(hash === undefined ? {} : { hash }),
      });
    },
  });

async function eventOfAttribute(id: string): Promise<string> {
  const { Attribute: attribute } = await get<{ Attribute: Attribute }>(
    `/attributes/view/${encodeURIComponent(id)}.json`,
  );
  return paths.eventAt(attribute.event_id, attribute.uuid);
}

async function eventOfObject(id: string): Promise<string> {
  const { Object: object } = await get<{ Object: MispObject }>(`/objects/view/${encodeURIComponent(id)}.json`);
  return paths.eventAt(object.event_id, object.uuid);
}

const routeTree = root.addChildren([
  ...morePages.flatMap(([path, load, right]) => pageAt([path].flat(), load, right)),
  eventList,
  eventView,
  ...eventAreaPages.flatMap(([path, load, right]) => pageAt([path].flat(), load, right)),
  ...[...eventAreaForwards, ...olderAddresses].map(([path, to]) => forward(path, ({ id = '' }) => to(id))),
  page('/dashboards/index', () => import('../pages/home/home-page.tsx')),
  page('/attributes/search', () => import('../pages/search/search-page.tsx')),
  ...pageAt(['/tags/index', '/tags/add', '/tags/edit/$id'], () => import('../pages/knowledge/tags-page.tsx')),
  page('/taxonomies/index', () => import('../pages/knowledge/taxonomies-page.tsx')),
  page('/taxonomies/view/$id', () => import('../pages/knowledge/taxonomy-page.tsx')),
  page('/galaxies/index', () => import('../pages/knowledge/galaxies-page.tsx')),
  page('/galaxies/view/$id', () => import('../pages/knowledge/galaxy-page.tsx')),
  page('/objectTemplates/index', () => import('../pages/knowledge/object-templates-page.tsx')),
  page('/objectTemplates/view/$id', () => import('../pages/knowledge/object-template-page.tsx')),
  page('/warninglists/index', () => import('../pages/knowledge/warninglists-page.tsx')),
  page('/warninglists/view/$id', () => import('../pages/knowledge/warninglist-page.tsx')),
  page('/organisations/index', () => import('../pages/sharing/organisations-page.tsx')),
  page('/organisations/view/$id', () => import('../pages/sharing/organisation-page.tsx')),
  page('/admin/organisations/add', () => import('../pages/sharing/organisation-form-page.tsx'), 'perm_site_admin'),
  page('/admin/organisations/edit/$id', () => import('../pages/sharing/organisation-form-page.tsx'), 'perm_site_admin'),
  page('/sharing_groups/index', () => import('../pages/sharing/sharing-groups-page.tsx')),
  page('/sharing_groups/view/$id', () => import('../pages/sharing/sharing-group-page.tsx')),
  ...pageAt(
    ['/auth_keys/index', '/auth_keys/add', '/auth_keys/add/$userId'],
    () => import('../pages/automation/auth-keys-page.tsx'),
    'perm_auth',
  ),
  page('/admin/users/index', () => import('../pages/administration/users-page.tsx'), 'perm_admin'),
  page('/admin/users/add', () => import('../pages/administration/user-form-page.tsx'), 'perm_admin'),
  page('/admin/users/edit/$id', () => import('../pages/administration/user-form-page.tsx'), 'perm_admin'),
  page('/admin/users/view/$id', () => import('../pages/administration/user-page.tsx'), 'perm_admin'),
  page('/roles/index', () => import('../pages/administration/roles-page.tsx')),
  page('/roles/view/$id', () => import('../pages/administration/role-form-page.tsx')),
  page('/admin/roles/add', () => import('../pages/administration/role-form-page.tsx')),
  page('/admin/roles/edit/$id', () => import('../pages/administration/role-form-page.tsx')),
  page('/servers/serverSettings', () => import('../pages/administration/settings-page.tsx'), 'perm_site_admin'),
  page('/servers/serverSettings/$tab', () => import('../pages/administration/settings-page.tsx'), 'perm_site_admin'),
  page('/users/view/me', () => import('../pages/account/profile-page.tsx')),
  page('/users/change_pw', () => import('../pages/account/profile-page.tsx')),
  page('/users/firststart', () => import('../pages/account/first-start-page.tsx'), 'perm_site_admin'),
  forward('/events/add', () => paths.newEvent()),
  forward('/events/add_misp_export', () => paths.importEvents()),
  forward('/events/edit/$id', ({ id = '' }) => paths.event(id)),
  forward('/events/view/$id/$step/$from', ({ id = '' }) => paths.event(id)),
  forward('/attributes/index', () => paths.search()),
  forward('/attributes/add/$id', ({ id = '' }) => `${paths.event(id)}?panel=add-attribute`),
  forward('/attributes/view/$id', ({ id = '' }) => eventOfAttribute(id)),
  forward('/attributes/edit/$id', ({ id = '' }) => eventOfAttribute(id)),
  forward('/objects/add/$id', ({ id = '' }) => `${paths.event(id)}?panel=add-object`),
  forward('/objects/add/$id/$template', ({ id = '' }) => `${paths.event(id)}?panel=add-object`),
  forward('/objects/view/$id', ({ id = '' }) => eventOfObject(id)),
  forward('/objects/edit/$id', ({ id = '' }) => eventOfObject(id)),
  forward('/users/edit', () => paths.profile()),
  forward('/users/view/$id', ({ id = '' }) => paths.user(id)),
  forward('/users/index', () => paths.users()),
  forward('/admin/roles/index', () => paths.roles()),
  forward('/admin/organisations/index', () => paths.organisations()),
]);

/** The router over MISP's addresses; `toRouterUrl` and `toBrowserUrl` translate the spellings. */
export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadDelay: 80,
    defaultPendingComponent: PageSkeleton,
    defaultPendingMs: 300,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: ({ error, reset }) => <FailurePage error={error} onRetry={reset} />,
    scrollRestoration: false,
    rewrite: { input: ({ url }) => toRouterUrl(url), output: ({ url }) => toBrowserUrl(url) },
    // Plain text values: MISP's parameters are no JSON.
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const parameters = new URLSearchParams();
      for (const [key, value] of Object.entries(search)) {
        if (value !== undefined && value !== '') parameters.set(key, String(value));
      }
      const text = parameters.toString();
      return text === '' ? '' : `?${text}`;
    },
  });
}
