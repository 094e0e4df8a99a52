import { paths } from '../routing/paths.ts';

const event = (id: string) => paths.event(id);
const panel = (name: string) => (id: string) => `${paths.event(id)}?panel=${name}`;
const opened = (list: string) => (id: string) => `${list}?open=${encodeURIComponent(id)}`;
const to = (path: string) => () => path;

/** MISP's addresses of single forms and entries: the page has them in panels of its lists, or on the event's page. */
export const olderAddresses: readonly (readonly [path: string, to: (id: string) => string])[] = [
  ['/events/merge/$id', event],
  ['/events/contact/$id', event],
  ['/events/delete/$id', event],
  ['/events/freeTextImport/$id', panel('paste')],
  ['/events/enrichEvent/$id', panel('enrich')],
  ['/events/importChoice/$id', panel('module-import')],
  ['/events/upload_stix', to(paths.importEvents())],
  ['/events/upload_stix/$id', to(paths.importEvents())],
  ['/attributes/add_attachment/$id', panel('file')],
  ['/attributes/add_threatconnect/$id', to(paths.importEvents())],
  ['/shadow_attributes/add/$id', (id) => paths.eventTab(id, 'proposals')],
  ['/eventReports/add/$id', (id) => paths.eventTab(id, 'reports')],
  ['/eventReports/edit/$id', (id) => paths.report(id)],
  ['/collections/add', to(paths.collections())],
  ['/collections/edit/$id', (id) => paths.collection(id)],
  ['/bookmarks/index', to(paths.home())],
  ['/tags/view/$id', (id) => paths.editTag(id)],
  ['/tag_collections/add', to(paths.tagCollections())],
  ['/tag_collections/view/$id', opened(paths.tagCollections())],
  ['/tag_collections/edit/$id', opened(paths.tagCollections())],
  ['/galaxy_clusters/add/$id', (id) => paths.galaxy(id)],
  ['/galaxy_clusters/edit/$id', (id) => paths.cluster(id)],
  ['/warninglists/add', to(paths.warninglists())],
  ['/warninglists/checkValue', to(paths.warninglists())],
  ['/warninglists/edit/$id', (id) => paths.warninglist(id)],
  ['/noticelists/view/$id', opened(paths.noticelists())],
  ['/decayingModel/add', to(paths.decayingModels())],
  ['/decayingModel/decayingTool', to(paths.decayingModels())],
  ['/feeds/view/$id', opened(paths.feeds())],
  ['/feeds/edit/$id', opened(paths.feeds())],
  ['/servers/edit/$id', opened(paths.servers())],
  ['/sharing_groups/add', to(paths.sharingGroups())],
  ['/sharing_groups/edit/$id', (id) => paths.sharingGroup(id)],
  ['/sharing_group_blueprints/add', to(paths.blueprints())],
  ['/sharing_group_blueprints/view/$id', opened(paths.blueprints())],
  ['/sharing_group_blueprints/edit/$id', opened(paths.blueprints())],
  ['/auth_keys/view/$id', to(paths.authKeys())],
  ['/auth_keys/edit/$id', to(paths.authKeys())],
  ['/news/add', to(paths.news())],
  ['/news/edit/$id', to(paths.news())],
];
