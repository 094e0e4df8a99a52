import {
  type ApiClient,
  type Made,
  makeAttribute,
  makeEvent,
  makeObject,
  makeSharingGroup,
  member,
} from '@magpie/testkit';
import { made, SECRET, shared, type UnseenWorld } from './unseen-world.ts';

/** Distribution of what is hidden. */
interface Reach {
  readonly distribution: string;
  readonly sharing_group_id?: string;
}

/** Hides one thing of every kind, for its organisation alone and for a group, as near as possible to what is seen. */
export async function hide(world: UnseenWorld): Promise<void> {
  const keeper = strict(world.keeper);
  const members = [world.keeperOrganisation.uuid];
  const group = await makeSharingGroup(keeper, members, { name: word('group'), description: SECRET });
  await keeper.post('/tags/add', { name: `${SECRET}:tag`, colour: '#ff0000', org_id: world.keeperOrganisation.id });
  const reaches: Reach[] = [{ distribution: '0' }, { distribution: '4', sharing_group_id: group.id }];
  for (const reach of reaches) {
    const event = await hideEvent(keeper, world, reach);
    if (reach.distribution === '0') await offer(keeper, world, event);
    await hideInSeenEvent(keeper, world, reach);
    await hideOpinions(keeper, world, reach);
    await hideKnowledge(keeper, world, reach);
  }
  await hidePossessions(keeper, world);
  await restore(world);
}

/**
 * Hides events that would be for everybody, were they published: for instances that show unpublished events to their
 * owner alone.
 */
export async function hideUnpublished(world: UnseenWorld): Promise<void> {
  const keeper = strict(world.keeper);
  await keeper.post('/tags/add', { name: `${SECRET}:tag`, colour: '#ff0000', org_id: world.keeperOrganisation.id });
  for (const distribution of ['1', '2', '3']) {
    const event = await hideEvent(keeper, world, { distribution });
    await keeper.post(`/events/unpublish/${event.id}`);
  }
}

function word(what: string): string {
  return `${SECRET} ${what}`;
}

/** An event that has the values, tags and clusters of what is seen, and extends it. */
async function hideEvent(keeper: ApiClient, { names }: UnseenWorld, reach: Reach): Promise<Made> {
  const attribute = (type: string, value: string) => ({ type, value, comment: SECRET, to_ids: true });
  const event = await makeEvent(keeper, {
    ...{ info: word('event'), ...reach, date: '2024-05-06', extends_uuid: names.eventUuid },
    Attribute: [
      attribute('domain', shared.domain),
      attribute('ip-dst', shared.address),
      attribute('md5', shared.hash),
      attribute('text', shared.text),
      attribute('ip-dst', shared.network),
      attribute('domain', `${SECRET}.example.org`),
    ],
    Tag: [{ name: 'seen:tag' }, { name: `${SECRET}:tag` }],
    EventReport: [{ name: word('report'), content: SECRET, distribution: '5' }],
  });
  const first = member(event.body, 'Event', 'Attribute', 0);
  const proposal = { type: 'domain', category: 'Network activity', value: `p.${SECRET}.org` };
  await keeper.post(`/galaxies/attachCluster/${event.id}/event`, { Galaxy: { target_id: names.cluster } });
  await keeper.post(`/sightings/add/${String(member(first, 'id'))}`, { type: '0', source: SECRET });
  await keeper.post('/tags/attachTagToObject', { uuid: member(first, 'uuid'), tag: 'seen:tag' });
  await keeper.post(`/shadow_attributes/add/${event.id}`, proposal);
  await makeObject(keeper, event.id, { comment: SECRET });
  await keeper.post(`/events/publish/${event.id}`);
  return event;
}

/** Offers an event to a third organisation. */
async function offer(keeper: ApiClient, { third }: UnseenWorld, event: Made): Promise<void> {
  const request = { org_id: third.id, distribution: '0', message: SECRET };
  await keeper.post(`/event_delegations/delegateEvent/${event.id}`, request);
}

/** Attributes, objects and reports that the readers of the seen event do not get. */
async function hideInSeenEvent(keeper: ApiClient, { names }: UnseenWorld, reach: Reach): Promise<void> {
  const event = String(names.event);
  const secret = () => word(crypto.randomUUID());
  const file = { type: 'attachment', category: 'Payload delivery', data: 'YWJj', ...reach };
  const sameValue = { type: reach.distribution === '0' ? 'hostname' : 'other', value: shared.domain, ...reach };
  await makeAttribute(keeper, event, { value: secret(), comment: shared.domain, ...reach });
  await makeAttribute(keeper, event, { ...sameValue, comment: SECRET });
  await makeAttribute(keeper, event, { ...file, value: `${SECRET}-${crypto.randomUUID()}.txt` });
  const object = await makeObject(keeper, event, { ...reach, comment: SECRET });
  const reference = { referenced_uuid: names.objectUuid, relationship_type: 'related-to', comment: SECRET };
  await keeper.post(`/objectReferences/add/${object.id}`, reference);
  await keeper.post(`/event_reports/add/${event}`, { name: word('report'), content: SECRET, ...reach });
  const deleted = await makeAttribute(keeper, event, { value: secret(), ...reach });
  await keeper.post(`/attributes/delete/${deleted.id}`);
}

/** Notes, opinions and relationships on everything that is seen. */
async function hideOpinions(keeper: ApiClient, { names }: UnseenWorld, reach: Reach): Promise<void> {
  const targets = {
    ...{ Event: names.eventUuid, Attribute: names.attributeUuid, Object: names.objectUuid },
    ...{ EventReport: names.reportUuid, Note: names.noteUuid, GalaxyCluster: names.clusterUuid },
  };
  const related = { related_object_uuid: names.ownUuid, related_object_type: 'Event' };
  for (const [type, uuid] of [...Object.entries(targets), ['Event', names.ownUuid]]) {
    const add = (kind: string, fields: object) =>
      keeper.post(`/analyst_data/add/${kind}/${uuid}/${type}`, { ...fields, ...reach });
    await add('Note', { note: SECRET, authors: SECRET });
    await add('Opinion', { opinion: '10', comment: SECRET });
    await add('Relationship', { relationship_type: SECRET, ...related });
  }
}

/** A fork of the seen cluster with relations from and to it, and a collection with the seen event. */
async function hideKnowledge(keeper: ApiClient, { names, galaxyId }: UnseenWorld, reach: Reach): Promise<void> {
  const cluster = await made(keeper, `/galaxy_clusters/add/${galaxyId}`, 'GalaxyCluster', {
    ...{ value: word('cluster'), description: SECRET, extends_uuid: names.clusterUuid, ...reach },
    GalaxyElement: [{ key: 'country', value: SECRET }],
  });
  const relate = (from: string | undefined, to: string | undefined) =>
    keeper.post('/galaxy_cluster_relations/add', {
      ...{ galaxy_cluster_uuid: from, referenced_galaxy_cluster_uuid: to },
      ...{ referenced_galaxy_cluster_type: SECRET, ...reach },
    });
  await relate(cluster.uuid, names.clusterUuid);
  await relate(names.clusterUuid, cluster.uuid);
  const fields = { name: word('collection'), type: 'campaign', ...reach };
  const collection = await made(keeper, '/collections/add', 'Collection', fields);
  const element = { element_uuid: names.eventUuid, element_type: 'Event' };
  await keeper.post(`/collection_elements/add/${collection.id}`, element);
}

/** What belongs to a user or an organisation: others see nothing of it. */
async function hidePossessions(keeper: ApiClient, { names }: UnseenWorld): Promise<void> {
  const home = { path: `/events/index/searchall:${SECRET}` };
  const graph = { network_json: '{}', network_name: SECRET, preview_img: '' };
  const query = { url: `/events/view/${SECRET}`, http_method: 'GET', body: '', headers: '' };
  const parameters = { lifetime: 30, decay_speed: 2, threshold: 30, default_base_score: 80, base_score_config: {} };
  const model = { name: SECRET, description: SECRET, formula: 'Polynomial', all_orgs: false, parameters };
  // A sighting of what everybody sees: for its own organisation alone, and the owner of the event.
  await keeper.post(`/sightings/add/${names.attribute}`, { type: '1', source: SECRET });
  await keeper.post('/bookmarks/add', { name: SECRET, url: '/events/index', exposed_to_org: true });
  await keeper.post('/user_settings/setSetting', { setting: 'homepage', value: home });
  await keeper.post('/auth_keys/add/me', { comment: SECRET });
  await keeper.post('/tag_collections/add', { name: word('tags'), description: SECRET, all_orgs: false });
  await keeper.post(`/event_graph/add/${names.event}`, { EventGraph: graph });
  await keeper.post('/rest_client_history/add', { ...query, bookmark: true, bookmark_name: SECRET });
  await keeper.post('/decayingModel/add', { DecayingModel: model });
  await keeper.post('/sharing_group_blueprints/add', { name: SECRET, rules: { OR: { org_name: [SECRET] } } });
  const gone = await makeEvent(keeper, { info: word('gone'), distribution: '0' });
  await keeper.post(`/events/delete/${gone.id}`);
}

/** Puts back what everybody may see of the event in which things were hidden: when it changed, and that it is published. */
async function restore({ magpie, names, stamps }: UnseenWorld): Promise<void> {
  await magpie.magpie.database.asSystem('times of the seen event', async (tx) => {
    await tx.execute('update events set timestamp = $2, publish_timestamp = $3, published = true where id = $1', [
      Number(names.event),
      stamps.timestamp,
      stamps.published,
    ]);
  });
}

/** Throws for what is not stored: a secret that is not there proves nothing. */
function strict(client: ApiClient): ApiClient {
  return {
    ...client,
    post: async (path, body) => {
      const answer = await client.post(path, body);
      const text = JSON.stringify(answer.body);
      if (answer.status !== 200 || text.includes('"saved":false')) {
        throw new Error(`${path} answered ${answer.status}: ${text.slice(0, 300)}`);
      }
      return answer;
    },
  };
}
