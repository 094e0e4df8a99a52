import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, NotFound } from '../../../errors.ts';
import { uiReply } from '../../../http/answer.ts';
import { readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { insertTags, selectTagsByName } from '../tags/queries.ts';
import type { TagRow } from '../tags/rows.ts';
import { describeNewTag } from '../tags/tag-names.ts';
import { attachTags, canTag, canTagLocally, selectAttached } from '../tags/tagging.ts';
import { findAttributeTarget, findEventTarget } from '../tags/targets.ts';
import { selectCluster } from './queries.ts';

/** Attaching a cluster is attaching its tag, which the cluster brings along. */
export function clusterAttachOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'galaxies.attachCluster',
      summary: 'Attach a galaxy cluster to an event or attribute',
      path: '/galaxies/attachCluster/{target?}/{type?}',
      methods: ['POST'],
      permission: 'perm_tagger',
      effect: 'write',
      model: 'Galaxy',
      body: Type.Object({ Galaxy: Type.Object({ target_id: Type.Unknown({ description: 'id of the cluster' }) }) }),
      handle(call) {
        const clusterId = readId(unwrap(call.body, 'Galaxy').target_id);
        const local = readBoolean(call.named.local) ?? false;
        const kind = call.args.type?.toLowerCase() ?? 'event';
        if (kind !== 'event' && kind !== 'attribute') throw new NotFound('Invalid type.');
        return magpie.database.as(call.viewer, async (tx) => {
          const find = kind === 'event' ? findEventTarget : findAttributeTarget;
          const target = await find(tx, call.args.target);
          if (target === null) throw new NotFound(`Invalid ${kind}.`);
          const cluster = clusterId === null ? null : await selectCluster(tx, { id: clusterId });
          if (cluster === null || cluster.deleted) throw new NotFound('Invalid Galaxy cluster');
          const hostId = magpie.settings.get('MISP.host_org_id');
          if (!(local ? canTagLocally(call.viewer, target, hostId) : canTag(call.viewer, target))) {
            throw new Forbidden('No permission to attach this cluster to given target.');
          }
          const tag = await obtainClusterTag(tx, cluster.tag_name);
          const isThere = (await selectAttached(tx, target)).some((link) => link.tag_id === tag.id);
          if (!isThere) await attachTags(tx, target, [tag], { local, now: magpie.now() });
          const text = isThere ? 'Cluster already attached.' : 'Cluster attached.';
          return uiReply({ success: text }, { check_publish: true });
        });
      },
    },
  ];
}

/** The cluster's tag; a tagger may create it, since the cluster decides what it is. */
async function obtainClusterTag(tx: Transaction, name: string): Promise<TagRow> {
  const find = async () => (await selectTagsByName(tx, [name]))[0];
  const existing = await find();
  if (existing) return existing;
  const [created] = await insertTags(tx, [describeNewTag(name, undefined, undefined)]);
  const tag = created ?? (await find());
  if (!tag) throw new Forbidden('No permission to attach this cluster to given target.');
  return tag;
}
