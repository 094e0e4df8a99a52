import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { type Answer, uiReply } from '../../../http/answer.ts';
import { readBoolean, readId, readSentList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { onlyWhile } from '../../../http/switchable.ts';
import { requireEditableCollection } from '../tag-collections/service.ts';
import { insertTags, selectTagsByName } from '../tags/queries.ts';
import type { TagRow } from '../tags/rows.ts';
import { describeNewTag } from '../tags/tag-names.ts';
import { attachTags, canTag, canTagLocally, detachTags, selectAttached } from '../tags/tagging.ts';
import { TAGGING_OFF } from '../tags/tagging-off.ts';
import { findAttributeTarget, findEventTarget, type TagTarget } from '../tags/targets.ts';
import { selectClustersById } from './queries.ts';

const NO_RIGHT = 'No permission to attach this cluster to given target.';
const MOST_CLUSTERS = 1000;

/** Attaching a cluster is attaching its tag, which the cluster brings along. */
export function clusterAttachOperations(magpie: Magpie): Operation[] {
  const shared = { methods: ['POST'], permission: 'perm_tagger', effect: 'write', model: 'Galaxy' } as const;
  return onlyWhile(() => magpie.settings.get('MISP.tagging'), TAGGING_OFF, [
    {
      ...shared,
      name: 'galaxies.attachCluster',
      summary: 'Attach a galaxy cluster to an event, attribute or tag collection',
      path: '/galaxies/attachCluster/{target?}/{type?}',
      body: Type.Object({ Galaxy: Type.Object({ target_id: Type.Unknown({ description: 'id of the cluster' }) }) }),
      handle: (call: Call) => attach(magpie, call, [unwrap(call.body, 'Galaxy').target_id]),
    },
    {
      ...shared,
      name: 'galaxies.attachMultipleClusters',
      summary: 'Attach several galaxy clusters to an event, attribute or tag collection',
      path: '/galaxies/attachMultipleClusters/{target?}/{type?}',
      body: Type.Object({ Galaxy: Type.Object({ target_ids: Type.Unknown({ description: 'ids of the clusters' }) }) }),
      handle: (call: Call) => attach(magpie, call, readIds(unwrap(call.body, 'Galaxy').target_ids)),
    },
    {
      ...shared,
      name: 'galaxy_clusters.detach',
      summary: 'Take the tag of a cluster off an event, attribute or tag collection',
      path: '/galaxy_clusters/detach/{target?}/{type?}/{tag?}',
      handle: (call: Call) => detach(magpie, call),
    },
  ]);
}

async function attach(magpie: Magpie, call: Call, given: readonly unknown[]): Promise<Answer> {
  const ids = given.map(readId);
  const local = readBoolean(call.named.local) ?? false;
  const kind = readKind(call);
  return magpie.database.as(call.viewer, async (tx) => {
    const collectionId = kind === 'tag_collection' ? await collectionOf(tx, call) : null;
    const target = kind === 'tag_collection' ? null : await findTarget(tx, kind, call.args.target);
    const names = await tagNames(tx, ids);
    if (target !== null) requireRight(magpie, call, target, local);
    const tags: TagRow[] = [];
    for (const name of names) tags.push(await obtainClusterTag(tx, name));
    const added =
      target === null
        ? await addToCollection(tx, collectionId ?? 0, tags)
        : await attachMissing(tx, target, tags, { local, now: magpie.now() });
    if (target?.kind === 'Attribute' && isMirrored(magpie, call)) {
      const event = await findTarget(tx, 'event', target.event.id);
      await attachMissing(tx, event, tags, { local, now: magpie.now() });
    }
    if (names.length === 1) {
      const text = added === 0 ? 'Cluster already attached.' : 'Cluster attached.';
      return uiReply({ success: text }, { check_publish: true });
    }
    return uiReply({ success: `${added} cluster(s) attached.` }, { check_publish: true });
  });
}

/** Whether the event of an attribute gets the clusters too: where the instance allows it and the request asks for it. */
function isMirrored({ settings }: Magpie, { named, body }: Call): boolean {
  if (!settings.get('MISP.enable_clusters_mirroring_from_attributes_to_event')) return false;
  return readBoolean(named.mirror_on_event ?? unwrap(body, 'Galaxy').mirror_on_event) ?? false;
}

async function detach(magpie: Magpie, call: Call): Promise<Answer> {
  const tagId = readId(call.args.tag);
  const kind = readKind(call);
  return magpie.database.as(call.viewer, async (tx) => {
    if (kind === 'tag_collection') {
      const gone = await tx.execute(
        'delete from visible_tag_collection_tags where tag_collection_id = $1 and tag_id = $2',
        [await collectionOf(tx, call), tagId],
      );
      return gone === 0 ? uiReply({ errors: 'Invalid tag.' }) : uiReply({ success: 'Galaxy successfully detached.' });
    }
    const target = await findTarget(tx, kind, call.args.target);
    const links = (await selectAttached(tx, target)).filter((link) => link.tag_id === tagId && link.is_galaxy);
    if (links.length === 0) return uiReply({ errors: `Invalid ${kind} - cluster combination.` });
    const hostId = magpie.settings.get('MISP.host_org_id');
    const removable = links.filter((link) =>
      link.local ? canTagLocally(call.viewer, target, hostId) : canTag(call.viewer, target),
    );
    if (removable.length === 0) throw new Forbidden('No permission to detach this cluster from given target.');
    await detachTags(tx, target, removable, magpie.now());
    return uiReply({ success: 'Galaxy successfully detached.' }, { check_publish: true });
  });
}

type Kind = 'event' | 'attribute' | 'tag_collection';

function readKind(call: Call): Kind {
  const kind = call.args.type?.toLowerCase() ?? 'event';
  if (kind !== 'event' && kind !== 'attribute' && kind !== 'tag_collection') throw new NotFound('Invalid type.');
  return kind;
}

async function findTarget(tx: Transaction, kind: 'event' | 'attribute', id: unknown): Promise<TagTarget> {
  const target = await (kind === 'event' ? findEventTarget(tx, id) : findAttributeTarget(tx, id));
  if (target === null) throw new NotFound(`Invalid ${kind}.`);
  return target;
}

async function collectionOf(tx: Transaction, call: Call): Promise<number> {
  return (await requireEditableCollection(tx, call.viewer, call.args.target)).id;
}

function requireRight(magpie: Magpie, call: Call, target: TagTarget, local: boolean): void {
  const hostId = magpie.settings.get('MISP.host_org_id');
  if (!(local ? canTagLocally(call.viewer, target, hostId) : canTag(call.viewer, target)))
    throw new Forbidden(NO_RIGHT);
}

/** Tag names of live clusters that the viewer sees; one that he does not is not there. */
async function tagNames(tx: Transaction, ids: readonly (number | null)[]): Promise<string[]> {
  const wanted = ids.filter((id) => id !== null);
  const clusters = (await selectClustersById(tx, wanted)).filter((cluster) => !cluster.deleted);
  if (ids.length === 0 || clusters.length < new Set(ids).size) throw new NotFound('Invalid Galaxy cluster');
  return [...new Set(clusters.map((cluster) => cluster.tag_name))];
}

async function attachMissing(
  tx: Transaction,
  target: TagTarget,
  tags: readonly TagRow[],
  options: { local: boolean; now: number },
): Promise<number> {
  const attached = new Set((await selectAttached(tx, target)).map((link) => link.tag_id));
  const missing = tags.filter((tag) => !attached.has(tag.id));
  return missing.length === 0 ? 0 : attachTags(tx, target, missing, options);
}

function addToCollection(tx: Transaction, collectionId: number, tags: readonly TagRow[]): Promise<number> {
  return tx.execute(
    `insert into visible_tag_collection_tags (tag_collection_id, tag_id)
     select $1, id from unnest($2::bigint[]) as id on conflict do nothing`,
    [collectionId, tags.map((tag) => tag.id)],
  );
}

/** The cluster's tag; a tagger may create it, since the cluster decides what it is. */
async function obtainClusterTag(tx: Transaction, name: string): Promise<TagRow> {
  const find = async () => (await selectTagsByName(tx, [name]))[0];
  const existing = await find();
  if (existing) return existing;
  const [created] = await insertTags(tx, [describeNewTag(name, undefined, undefined)]);
  const tag = created ?? (await find());
  if (!tag) throw new Forbidden(NO_RIGHT);
  return tag;
}

/** A list of ids, also as JSON text. */
function readIds(given: unknown): unknown[] {
  const list = readSentList(given);
  if (list === undefined || list.length === 0 || list.length > MOST_CLUSTERS) {
    throw new NotFound('Invalid Galaxy cluster');
  }
  return list;
}
