import { distributions } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type JsonObject, readObjects } from '../../../http/lenient.ts';
import { sharingGroupsWire } from '../../sharing/sharing-groups/service.ts';
import type { EventRow } from '../events/rows.ts';

const MAX_GROUPS = 500;
const MAX_ORGANISATIONS = 1000;

const DESCRIPTIONS = [
  'Only members of your organisation on this server see it.',
  'Organisations of this community see it.',
  'Organisations of this community and of directly connected communities see it.',
  'All communities may see it; it is passed on from one server to the next.',
  'The selected sharing group decides who sees it.',
];

interface CountRow {
  part: 'attribute' | 'object' | 'obj_attr';
  distribution: number;
  sharing_group_id: number;
  count: number;
}

/** How the elements of an event that the viewer sees are distributed; what inherits counts as the event does, as in MISP. */
export async function distributionGraph(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  event: EventRow,
): Promise<JsonObject> {
  const counts = await countParts(tx, event);
  const of = (parts: readonly CountRow[]) =>
    DESCRIPTIONS.map((_, id) => parts.reduce((sum, row) => sum + (row.distribution === id ? row.count : 0), 0));
  const only = (part: CountRow['part']) => of(counts.filter((row) => row.part === part));
  const groups = await readGroups(magpie, tx);
  const names = new Map(groups.map((group) => [String(group.id), String(group.name)]));
  const inGroups = counts.filter((row) => row.distribution === 4);
  const groupNames = [...new Set(inGroups.flatMap((row) => names.get(String(row.sharing_group_id)) ?? []))];
  const inGroup = (name: string) =>
    inGroups.reduce((sum, row) => sum + (names.get(String(row.sharing_group_id)) === name ? row.count : 0), 0);
  return {
    allSharingGroup: groups.map(groupWire),
    distributionInfo: DESCRIPTIONS.map((desc, id) => ({ key: distributions[id]?.name, desc, value: String(id) })),
    event: of(counts),
    attribute: only('attribute'),
    object: only('object'),
    obj_attr: only('obj_attr'),
    additionalDistributionInfo: [
      [viewer.organisationName],
      await communityNames(magpie, tx, viewer),
      ['This community'],
      ['This community', 'All other communities'],
      groupNames,
      [],
    ],
    sharingGroupRepartition: Object.fromEntries(groupNames.map((name) => [name, inGroup(name)])),
  };
}

function countParts(tx: Transaction, event: EventRow): Promise<CountRow[]> {
  return tx.query<CountRow>(
    `with objects_of as (
       select id, case when distribution = 5 then $2::smallint else distribution end as distribution,
         case when distribution = 5 then $3::bigint else sharing_group_id end as sharing_group_id
       from visible_objects where event_id = $1 and not deleted
     ), parts as (
       select 'object' as part, distribution, sharing_group_id from objects_of
       union all
       select case when a.object_id = 0 then 'attribute' else 'obj_attr' end,
         case when a.distribution = 5 then $2::smallint else a.distribution end,
         case when a.distribution = 5 then $3::bigint else a.sharing_group_id end
       from visible_attributes a
       where a.event_id = $1 and not a.deleted
     )
     select part, distribution, sharing_group_id, count(*) from parts group by 1, 2, 3`,
    [event.id, event.distribution, event.sharing_group_id],
  );
}

async function readGroups(magpie: Magpie, tx: Transaction): Promise<JsonObject[]> {
  const ids = await tx.query<{ id: number }>('select id from visible_sharing_groups order by id limit $1', [
    MAX_GROUPS,
  ]);
  const groups = await sharingGroupsWire(
    magpie,
    tx,
    ids.map((row) => row.id),
  );
  return [...groups.values()];
}

function groupWire(group: JsonObject): JsonObject {
  const members = readObjects(group.SharingGroupOrg);
  const nameOf = (organisation: unknown) => {
    const [own] = readObjects([organisation]);
    return { id: own?.id, name: own?.name };
  };
  const owner = readObjects([group.Organisation])[0] ?? { id: group.org_id, name: null };
  return {
    SharingGroup: { id: group.id, name: group.name, org_id: group.org_id },
    SharingGroupOrg: members.map((member) => ({
      org_id: member.org_id,
      sharing_group_id: member.sharing_group_id,
      Organisation: nameOf(member.Organisation),
    })),
    Organisation: { id: owner.id, name: owner.name },
  };
}

/** Local organisations, one's own first; only that one where users may not list the others. */
async function communityNames(magpie: Magpie, tx: Transaction, viewer: Viewer): Promise<string[]> {
  const isHidden = magpie.settings.get('Security.hide_organisation_index_from_users');
  if (isHidden && !viewer.flags.has('perm_site_admin')) return [viewer.organisationName];
  const rows = await tx.query<{ name: string }>(
    'select name from organisations where local and id <> $1 order by id limit $2',
    [viewer.organisationId, MAX_ORGANISATIONS],
  );
  return [viewer.organisationName, ...rows.map((row) => row.name)];
}
