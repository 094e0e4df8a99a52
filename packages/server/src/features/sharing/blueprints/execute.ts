import { randomUUID } from 'node:crypto';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import {
  deleteMember,
  insertGroup,
  insertMembers,
  isNameTaken,
  readGroups,
  touchGroup,
} from '../sharing-groups/queries.ts';
import { canEditGroup } from '../sharing-groups/rights.ts';
import { groupChange, memberChanges, membershipChanged } from '../sharing-groups/save-group.ts';
import { type BlueprintRow, listBlueprints, requireOwn, selectOrganisations, store } from './service.ts';

/** What a run over blueprints did. */
export interface Executed {
  matched: number;
  created: number;
  updated: number;
  failed: number;
}

const MAX_AT_ONCE = 1000;

/**
 * Makes the sharing groups of blueprints, or gives them exactly the members that the rules select now: organisations
 * that the rules no longer select lose access at once. One blueprint, or all of the viewer's own organisation.
 */
export function executeBlueprints(magpie: Magpie, viewer: Viewer, key: string | undefined): Promise<Executed> {
  return magpie.database.as(viewer, async (tx) => {
    const rows =
      key === undefined
        ? (await listBlueprints(tx, { search: null, limit: MAX_AT_ONCE, offset: 0 })).filter(
            (row) => row.org_id === viewer.organisationId,
          )
        : [await requireOwn(tx, viewer, key)];
    const result: Executed = { matched: rows.length, created: 0, updated: 0, failed: 0 };
    for (const row of rows) {
      const outcome = await execute(magpie, tx, viewer, row);
      if (outcome !== 'unchanged') result[outcome] += 1;
    }
    return result;
  });
}

async function execute(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  row: BlueprintRow,
): Promise<'created' | 'updated' | 'failed' | 'unchanged'> {
  const wanted = (await selectOrganisations(magpie, tx, row)).map((organisation) => organisation.id);
  const [full] = row.sharing_group_id === 0 ? [] : await readGroups(tx, [row.sharing_group_id]);
  if (full === undefined) {
    if (wanted.length === 0) return 'failed';
    return (await create(magpie, tx, viewer, row, wanted)) ? 'created' : 'failed';
  }
  if (!canEditGroup(viewer, full.group, full.members)) return 'failed';
  const present = new Set(full.members.map((member) => member.org_id));
  const kept = new Set(wanted);
  const gone = full.members.filter((member) => !kept.has(member.org_id));
  const added = await insertMembers(
    tx,
    full.group.id,
    wanted.filter((id) => !present.has(id)).map((organisationId) => ({ organisationId, extend: false })),
  );
  for (const member of gone) await deleteMember(tx, full.group.id, member.org_id);
  if (added.length === 0 && gone.length === 0) return 'unchanged';
  await touchGroup(tx, full.group.id, new Date(magpie.now() * 1000));
  await recordChanges(tx, [...memberChanges('add', full.group, added), ...memberChanges('delete', full.group, gone)]);
  await membershipChanged(magpie, tx);
  return 'updated';
}

async function create(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  row: BlueprintRow,
  organisations: readonly number[],
): Promise<boolean> {
  const now = new Date(magpie.now() * 1000);
  if (await isNameTaken(tx, row.name, 0)) return false;
  const group = {
    uuid: randomUUID(),
    name: row.name,
    releasability: 'Generated based on blueprint rules',
    description: '',
    organisation_uuid: viewer.organisationUuid,
    org_id: viewer.organisationId,
    sync_user_id: 0,
    sync_org_id: 0,
    active: true,
    created: now,
    modified: now,
    local: true,
    roaming: true,
  };
  const made = await insertGroup(tx, group);
  if (made === null) return false;
  const stored = { ...group, id: made.id };
  const members = await insertMembers(
    tx,
    made.id,
    organisations.map((organisationId) => ({ organisationId, extend: false })),
  );
  await recordChanges(tx, [
    { ...groupChange('add', stored), after: { name: group.name, org_id: group.org_id, roaming: true } },
    ...memberChanges('add', stored, members),
  ]);
  await store(tx, row, { sharing_group_id: made.id });
  await membershipChanged(magpie, tx);
  return true;
}
