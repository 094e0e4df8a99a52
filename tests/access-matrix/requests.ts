import type { Operation } from '@magpie/server/http/operation';
import type { ApiAnswer, ApiClient } from '@magpie/testkit';
import { elementArgument } from './rules.ts';
import { type Column, type Element, victimOf, type World } from './world.ts';

/** Allowed calls that are not made: they reach out to the network, or end the session or the key that asks. */
export const notCalled = /\.update(JSON)?$|^users\.(logout|login|change_pw)$|^servers\.(update|serverSettingsEdit)$/;

/** What needs a service that no test has: whoever may ask is told that it is not set up. */
export const needsService: ReadonlySet<string> = new Set([
  'attributes.hoverEnrichment',
  'event_reports.aiSummarize',
  'event_reports.sendToLLM',
  'events.aiExtractIndicators',
  'events.aiRecommendTags',
  'events.aiSummarize',
  'events.exportModule',
  'events.handleModuleResults',
  'events.importModule',
]);

const fields: Readonly<Record<string, (world: World, column: Column | null) => unknown>> = {
  'events.add': () => ({ info: 'added' }),
  'events.edit': () => ({ info: 'changed' }),
  'events.delete': () => ({}),
  'events.publish': () => ({}),
  'events.alert': () => ({}),
  'events.unpublish': () => ({}),
  'attributes.add': () => ({ type: 'text', value: crypto.randomUUID() }),
  'attributes.edit': () => ({ comment: 'changed' }),
  'attributes.delete': () => ({}),
  'attributes.restore': () => ({}),
  'attributes.editField': () => ({ comment: 'changed' }),
  'attributes.editSelected': () => ({ attribute_ids: 'all', comment: 'changed' }),
  'attributes.deleteSelected': () => ({ id: 'all', allow_hard_delete: 1 }),
  'objects.add': () => ({
    name: 'file',
    'meta-category': 'file',
    description: 'a file',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: '24',
    Attribute: [{ object_relation: 'filename', type: 'filename', value: crypto.randomUUID() }],
  }),
  'objects.edit': () => ({ comment: 'changed' }),
  'objects.editField': () => ({ comment: 'changed' }),
  'objects.delete': () => ({}),
  'objectReferences.add': (world, column) => ({
    referenced_uuid: victimOf(world, 'object', column === null || column === 'absent' ? 'own' : column).uuid,
    relationship_type: 'related-to',
  }),
  'objectReferences.delete': () => ({}),
  'shadow_attributes.add': () => ({ type: 'text', category: 'Other', value: crypto.randomUUID() }),
  'shadow_attributes.edit': () => ({ value: crypto.randomUUID() }),
  'shadow_attributes.delete': () => ({}),
  'shadow_attributes.accept': () => ({}),
  'shadow_attributes.discard': () => ({}),
  'sightings.add': () => ({ type: '0' }),
  'sightings.delete': () => ({}),
  'analyst_data.edit': () => ({ note: 'changed' }),
  'analyst_data.delete': () => ({}),
  'collections.add': () => ({ name: crypto.randomUUID(), type: 'campaign', distribution: '0' }),
  'collections.edit': () => ({ description: 'changed' }),
  'collections.delete': () => ({}),
  'tag_collections.add': () => ({ name: crypto.randomUUID() }),
  'tag_collections.edit': () => ({ description: 'changed' }),
  'tag_collections.delete': () => ({}),
  'tag_collections.addTag': () => ({}),
  'galaxies.attachCluster': ({ clusterId }) => ({ Galaxy: { target_id: clusterId } }),
  'galaxies.attachMultipleClusters': ({ clusterId }) => ({ Galaxy: { target_ids: [clusterId] } }),
  'galaxy_clusters.edit': () => ({ description: 'changed' }),
  'galaxy_clusters.delete': () => ({}),
  'galaxy_clusters.publish': () => ({}),
  'admin/organisations.merge': ({ organisations }) => ({
    Organisation: { targetType: 0, orgsLocal: organisations.outsider.id },
  }),
  'events.upload_sample': () => ({ files: [{ filename: 'a.txt', data: 'YQ==' }], distribution: '5' }),
  'events.addIOC': () => ({
    filecontent:
      '<ioc id="d"><definition><Indicator operator="OR"><IndicatorItem><Context search="Network/DNS"/><Content>ioc.example.com</Content></IndicatorItem></Indicator></definition></ioc>',
  }),
  'attributes.add_threatconnect': () => ({
    filecontent: 'Type,Value,Confidence,Description,Source\nHost,tc.example.com,90,x,y\n',
  }),
  'events.upload_stix': () => ({ type: 'bundle', id: `bundle--${crypto.randomUUID()}`, objects: [] }),
  'events.saveFreeText': () => ({ Attribute: [{ type: 'text', category: 'Other', value: crypto.randomUUID() }] }),
  'event_reports.add': () => ({ name: 'added', content: 'text' }),
  'event_reports.edit': () => ({ name: 'changed' }),
  'event_reports.delete': () => ({}),
  'event_reports.restore': () => ({}),
  'event_reports.extractAllFromReport': () => ({}),
  'event_reports.replaceSuggestionInReport': () => ({ suggestions: {} }),
  'tags.add': () => ({ name: `tag:${crypto.randomUUID()}`, colour: '#336699' }),
  'tags.edit': () => ({ colour: '#996633' }),
  'tags.delete': () => ({}),
  'tags.attachTagToObject': () => ({}),
  'events.addTag': () => ({}),
  'attributes.addTag': () => ({}),
  'admin/users.add': () => ({ email: `${crypto.randomUUID().slice(0, 8)}@example.test`, role_id: '6' }),
  'admin/users.edit': () => ({ autoalert: true }),
  'admin/users.delete': () => ({}),
  'users.resetauthkey': () => ({}),
  'auth_keys.add': () => ({ comment: 'added' }),
  'auth_keys.edit': () => ({ comment: 'changed' }),
  'auth_keys.delete': () => ({}),
  'admin/roles.add': () => ({ name: crypto.randomUUID(), permission: '0' }),
  'admin/roles.edit': () => ({ permission: '0' }),
  'admin/roles.delete': () => ({}),
  'admin/organisations.add': () => ({ name: crypto.randomUUID() }),
  'admin/organisations.edit': () => ({ description: 'changed' }),
  'admin/organisations.delete': () => ({}),
  'sharing_groups.add': ({ organisations }) => ({
    name: crypto.randomUUID(),
    releasability: 'home',
    SharingGroupOrg: [{ extend: true, Organisation: { uuid: organisations.home.uuid } }],
  }),
  'sharing_groups.edit': () => ({ name: crypto.randomUUID() }),
  'sharing_groups.delete': () => ({}),
  'sharing_groups.addOrg': () => ({}),
  'user_settings.setSetting': () => ({ setting: 'homepage', value: { path: '/events/index' } }),
  'user_settings.setHomePage': () => ({ path: '/events/index' }),
};

/** True where the body is a good one, so that an allowed call must succeed. */
export function hasGoodBody({ name }: Operation): boolean {
  return Object.hasOwn(fields, name);
}

/** What the operation is sent. */
export function bodyOf({ name }: Operation, world: World, column: Column | null): unknown {
  return fields[name]?.(world, column) ?? {};
}

/** What must have happened to the element for the call to make sense. */
export async function prepare({ name }: Operation, owner: ApiClient, element: Element): Promise<void> {
  if (name === 'attributes.restore') await owner.post(`/attributes/delete/${element.id}`);
  if (name === 'event_reports.restore') await owner.post(`/event_reports/delete/${element.id}`);
}

/** An entry in the history of the element, or one that is in none. */
export function entryOf(world: World, element: string | null): string {
  return world.entries.get(element ?? '') ?? '545454';
}

/** Arguments that name no element; an optional one that is not named here is left out, with all behind it. */
function furtherArguments(world: World, element: string | null): Readonly<Record<string, string>> {
  const entry = entryOf(world, element);
  return {
    ...{ entry, version: entry, from: entry },
    model: world.modelId,
    of: 'event',
    tag: world.tag.id,
    organisation: world.organisations.outsider.id,
    galaxy: world.galaxyId,
    address: '127.0.0.1',
    type: 'event',
    parent_type: 'Event',
    kind: 'Note',
    target_type: 'event',
    column: 'tags',
  };
}

/** The path of the operation for the element of that name. */
export function pathOf(operation: Operation, world: World, element: string | null): string {
  const known = furtherArguments(world, element);
  const place = elementArgument(operation);
  const segments: string[] = [];
  for (const segment of operation.path.split('/')) {
    const [, argument, optional] = /^\{(\w+)(\?)?\}$/.exec(segment) ?? [];
    if (argument === undefined) {
      segments.push(segment);
      continue;
    }
    const value = argument === place?.argument ? element : (known[argument] ?? (optional ? null : '434343'));
    if (value === null) break;
    segments.push(value);
  }
  return segments.join('/');
}

/** Nobody's. */
export const absent: Element = { id: '424242', uuid: '00000000-4242-4242-8242-424242424242' };

/** Sends the operation's first verb, or another. */
export function send(
  client: ApiClient,
  operation: Operation,
  path: string,
  body: unknown,
  verb: string = operation.methods[0] ?? 'GET',
): Promise<ApiAnswer> {
  switch (verb) {
    case 'GET':
      return client.get(path);
    case 'HEAD':
      return client.head(path);
    case 'PUT':
      return client.put(path, body);
    case 'DELETE':
      return client.delete(path);
    default:
      return client.post(path, body);
  }
}
