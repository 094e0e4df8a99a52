/**
 * Who may call what, written from the reference of MISP's permissions and not from this program's declarations:
 * by controller (lower case, no underscores), then by what is demanded, the actions. `admin_x` is `/admin/<controller>/x`.
 *
 * - `public`: anybody; `any`: every signed-in user;
 * - a flag of the role without its `perm_`; `a+b` both; `a|b` one of them.
 *
 * What is not listed is for site administrators. They may do everything.
 */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  events: {
    any: `index view viewEventAttributes restSearch export contact importChoice importModule handleModuleResults
      getEventInfoById checkPublishedStatus runTaxonomyExclusivityCheck updateGraph getEventGraphReferences
      getEventGraphTags getEventGraphGeneric getEventTimeline getDistributionGraph getReferenceData getObjectTemplate
      viewClusterRelations viewGalaxyMatrix csv xml stix stix2 hids nids text downloadOpenIOCEvent exportChoice viewGraph
      downloadExport restSearchExport xml_export exportModule`,
    add: `add edit delete populate freeTextImport queryEnrichment enrichEvent protect unprotect checkLocks
      getEditStrategy toggleCorrelation addIOC saveFreeText upload_analysis_file
      aiSummarize aiRecommendTags aiExtractIndicators`,
    auth: 'addEventLock removeEventLock',
    'auth+add': 'upload_sample',
    modify: 'merge unpublish add_misp_export upload_stix',
    publish: 'publish alert',
    publish_zmq: 'pushEventToZMQ',
    publish_kafka: 'pushEventToKafka',
    'tagger|sync': 'addTag removeTag',
    sighting: 'publishSightings',
    sync: 'checkuuid filterEventIdsForPush pushProposals',
  },
  attributes: {
    any: `index view restSearch search describeTypes attributeStatistics download downloadAttachment downloadSample
      viewPicture viewAnalystData exportSearch text rpz bro hoverEnrichment returnAttributes
      fastLookup`,
    add: `add edit editField editSelected delete deleteSelected restore toggleCorrelation toggleToIDS attributeReplace add_attachment
      enrich add_threatconnect`,
    'tagger|sync': 'addTag removeTag',
    admin: 'checkComposites',
  },
  objects: {
    any: 'view restSearch viewAnalystData proposeObjectsFromAttributes',
    add: 'add edit editField delete groupAttributesIntoObject',
  },
  objectreferences: { any: 'view', add: 'add bulkAdd delete' },
  shadowattributes: {
    any: 'index view download viewPicture',
    add: 'add add_attachment edit delete accept acceptSelected discard discardSelected',
  },
  tags: {
    any: 'index view search tagStatistics viewGraph',
    tag_editor: 'add quickAdd',
    'tagger|sync': 'attachTagToObject removeTagFromObject modifyTagRelationship',
  },
  tagcollections: { any: 'index view', tag_editor: 'add edit delete import addTag removeTag getRow' },
  galaxies: {
    any: 'index view export forkTree relationsGraph viewGraph',
    'tagger|sync': 'attachCluster attachMultipleClusters',
    // Which galaxies is decided by their owner: those of libraries are the site administrator's.
    galaxy_editor: 'import add edit delete',
    sync: 'pushCluster',
  },
  galaxyclusters: {
    any: 'index view restSearch export_for_misp_galaxy viewRelations',
    galaxy_editor: 'add edit delete restore publish unpublish updateCluster updateCluster_form',
    'tagger|sync': 'detach',
  },
  galaxyclusterrelations: { any: 'index view', galaxy_editor: 'add edit delete' },
  galaxyelements: { any: 'index', galaxy_editor: 'delete flattenJson' },
  sightings: {
    any: 'index view listSightings viewSightings restSearch',
    sighting: 'add addStix quickAdd advanced',
    'sighting+modify_org': 'delete quickDelete',
    'sync|sighting': 'bulkSaveSightings',
    sync: 'filterSightingUuidsForPush',
  },
  feed: { any: 'manifest hashes events event' },
  eventreports: {
    any: `index view viewSummary getProxyMISPElements extractAllFromReport extractFromReport
      replaceSuggestionInReport importReportFromUrl sendToLLM versions version downloadAsPdf`,
    add: 'add edit delete restore reportFromEvent restoreVersion aiSummarize',
    'tagger|sync': 'addTag removeTag',
  },
  analystdata: {
    any: 'index view getRelatedElement getChildren indexMinimal',
    'add+analyst_data': 'add edit delete',
    sync: 'filterAnalystDataForPush pushAnalystData',
  },
  eventdelegations: { any: 'index view', delegate: 'delegateEvent', add: 'acceptDelegation deleteDelegation' },
  collections: {
    any: 'index view indexMinimal',
    modify: 'add edit delete',
    sync: 'filterCollectionsForPush captureCollection',
  },
  collectionelements: { any: 'index view', modify: 'add edit delete addElementToCollection' },
  cryptographickeys: { any: 'index view', add: 'add delete' },
  eventgraph: { any: 'view viewPicture', add: 'add', modify: 'delete' },
  threads: { any: 'index view viewEvent' },
  templates: { template: 'index view delete add edit populateEventFromTemplate' },
  posts: { any: 'index', add: 'add edit delete' },
  users: {
    public: `login login_form logout_form heartbeat register forgot password_reset password_reset_form
      getGpgPublicKey logout401 otp otp_form`,
    any: `view edit logout change_pw change_pw_form checkIfLoggedIn request_API statistics histogram
      tagStatisticsGraph view_login_history
      totp_new totp_new_form hotp unsubscribe unsubscribe_form terms terms_form downloadTerms
      routeafterlogin notificationSettings notificationSettings_form`,
    auth: 'resetauthkey',
    admin: `admin_index admin_view admin_add admin_edit admin_delete initiatePasswordReset admin_massToggleField
      admin_quickEmail admin_email totp_delete`,
  },
  userloginprofiles: { any: 'index trust malicious', admin: 'admin_delete' },
  authkeys: { auth: 'index view add edit delete pin' },
  usersettings: {
    any: 'index view getSetting setSetting delete setHomePage eventIndexColumnToggle',
  },
  roles: { any: 'index view' },
  regexp: { any: 'index', regexp_access: 'add edit delete' },
  allowedlists: { any: 'index', regexp_access: 'add edit delete' },
  organisations: { any: 'index view', sync: 'getUUIDs' },
  servers: {
    public: 'cspReport',
    any: 'getVersion getPyMISPVersion postTest getInstanceUUID getAvailableSyncFilteringRules',
    sync: 'createSync',
  },
  // view and feedCoverage are for the instance's own organisation too.
  feeds: { any: 'index previewIndex previewEvent searchCaches compareFeeds' },
  sharinggroups: { any: 'index view', sharing_group: 'add edit delete addOrg removeOrg addServer removeServer' },
  sharinggroupblueprints: {
    any: 'index view viewOrgs generateUuidList',
    sharing_group: 'add edit delete execute detach',
  },
  taxonomies: { any: 'index view taxonomy_tags export' },
  objectrelationships: { any: 'index' },
  objecttemplates: { any: 'index view getRaw possibleObjectTemplates', object_template: 'add edit delete activate' },
  warninglists: { any: 'index view checkValue export', warninglist: 'toggleEnable enableWarninglist add edit delete' },
  noticelists: { any: 'index view preview_entries' },
  // Who may enable a model is decided by its owner, not by the action.
  decayingmodel: {
    any: `index getAllDecayingModels view export enable disable decayingToolComputeSimulation decayingToolBasescore
      decayingToolComputeBasescore decayingToolRestSearch`,
    'decaying|admin': 'add edit delete import',
  },
  decayingmodelmapping: { any: 'viewAssociatedTypes', 'decaying|admin': 'linkAttributeTypeToModel' },
  logs: { any: 'event_index', audit: 'index admin_index admin_search returnDates' },
  auditlogs: { any: 'eventIndex', audit: 'admin_index fullChange returnDates' },
  favouritetags: { any: 'toggle' },
  bookmarks: { any: 'index view add edit delete' },
  news: { any: 'index markRead' },
  jobs: { any: 'getProgress getGenerateCorrelationProgress cache mine view cancel' },
  api: { public: 'openapi', any: 'getAllApis getApiInfo' },
  restclienthistory: { any: 'index add edit bookmark delete' },
  eventreporttemplatevariables: { any: 'index' },
  eventtemplates: {
    any: 'index view export',
    template: 'add edit delete duplicate import validate_definition',
    add: 'instantiate',
  },
  // Magpie's own, beside MISP's API.
  history: { any: 'index element state diff', add: 'restore' },
  restclient: { any: 'templates snippets' },
  correlations: { any: 'eventCounts graph timeline' },
  pivots: { any: 'counts neighbours paths' },
  openapi: { public: 'index style script' },
  health: { public: 'live ready' },
  modules: { auth: 'index queryEnrichment' },
  ui: {
    public: 'session sign-in_style',
    any: 'events eventRowFacts eventRows exportFormats modules free-text freeText freeTextLists warnings galaxy_matrix galaxymatrix',
    add: 'import importUpload importUrl importPreview importStore importResult importDrop',
  },
};

const demands = new Map<string, string>();
for (const [controller, byDemand] of Object.entries(table)) {
  for (const [demand, actions] of Object.entries(byDemand)) {
    for (const action of actions.split(/\s+/)) demands.set(`${controller}.${action.toLowerCase()}`, demand);
  }
}

/** What the operation of this name (`admin/users.add`) demands: a key of the table above. */
export function demandOf(name: string): string {
  const [place = '', action = ''] = name.split('.');
  const admin = place.startsWith('admin/');
  const controller = place.replace('admin/', '').replaceAll('_', '').toLowerCase();
  return demands.get(`${controller}.${admin ? 'admin_' : ''}${action.toLowerCase()}`) ?? 'site_admin';
}

/** True when a role with `flags` meets the demand. */
export function meets(flags: ReadonlySet<string>, demand: string): boolean {
  if (demand === 'public' || demand === 'any' || flags.has('site_admin')) return true;
  if (demand.includes('|')) return demand.split('|').some((flag) => flags.has(flag));
  return demand.split('+').every((flag) => flags.has(flag));
}

/** The default roles' flags, by role id, as the reference lists them. */
export const roleFlags: Readonly<Record<string, ReadonlySet<string>>> = (() => {
  const reader = ['audit', 'auth'];
  const user = [
    ...reader,
    ...['add', 'modify', 'modify_org', 'tagger', 'sighting', 'decaying', 'galaxy_editor', 'analyst_data'],
  ];
  const publisher = [...user, 'publish', 'publish_zmq', 'publish_kafka', 'delegate'];
  const orgAdmin = [...publisher, 'admin', 'template', 'sharing_group', 'tag_editor'];
  return {
    1: new Set([...orgAdmin, 'sync', 'site_admin', 'regexp_access', 'object_template', 'warninglist']),
    2: new Set(orgAdmin),
    3: new Set(user),
    4: new Set(publisher),
    5: new Set([...publisher, 'sync', 'sharing_group', 'tag_editor']),
    6: new Set(reader),
  };
})();
