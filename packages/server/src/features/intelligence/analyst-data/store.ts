import { randomUUID } from 'node:crypto';
import type { Audience } from '@magpie/model';
import { can, type Viewer } from '../../../access/viewer.ts';
import { type Change, difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { captureOrganisation } from '../../sharing/organisations/capture.ts';
import type { GroupResolver, Rejection } from '../events/write-context.ts';
import { type AnalystInput, objectionTo, readAnalystInput } from './input.ts';
import { insertAnalystRows, type NewAnalystRow, updateAnalystRow } from './queries.ts';
import type { AnalystKind, AnalystRow } from './rows.ts';

/** What writing analyst data needs. */
export interface AnalystWrite {
  readonly magpie: Magpie;
  readonly tx: Transaction;
  readonly viewer: Viewer;
  readonly groups: GroupResolver;
  /** Epoch seconds. */
  readonly now: number;
  readonly rejected: Rejection[];
}

/** An entry as sent, with what it is about. */
export interface AnalystDraft {
  kind: AnalystKind;
  body: JsonObject;
  objectUuid: string | undefined;
  objectType: string | undefined;
  path: string;
}

/** MISP's text for a sharing group that the viewer may not use. */
export const NO_GROUP = 'Invalid Sharing Group or not authorised.';
/** MISP refuses an entry that points to itself without saying why. */
export const SELF_REFERENCE: readonly unknown[] = [];

/** A draft checked and completed, or the reason why it cannot be stored. */
export type PlannedEntry = { row: NewAnalystRow } | { refusal: unknown };

/** Checks a new entry. Only synchronisation accounts may name another creator or bring times of their own as locked. */
export async function planEntry(write: AnalystWrite, draft: AnalystDraft): Promise<PlannedEntry> {
  const read = readAnalystInput({
    ...draft.body,
    object_uuid: draft.objectUuid ?? draft.body.object_uuid,
    object_type: draft.objectType ?? draft.body.object_type,
  });
  if ('errors' in read) return { refusal: read.errors };
  const { input } = read;
  const objection = objectionTo(draft.kind, input);
  if (objection) return { refusal: objection };
  if (input.related_object_uuid !== undefined && input.related_object_uuid === input.uuid) {
    return { refusal: SELF_REFERENCE };
  }
  const { viewer, magpie, now } = write;
  const distribution = input.distribution ?? Number(magpie.settings.get('MISP.default_event_distribution'));
  const reach = await resolveReach(write, draft.body, distribution, viewer.organisationId);
  if (reach === null) return { refusal: { sharing_group_id: [NO_GROUP] } };
  const isSync = can(viewer, 'perm_sync');
  const creator = isSync ? await captureCreator(write, draft.body) : null;
  const time = new Date(now * 1000);
  return {
    row: {
      uuid: input.uuid ?? randomUUID(),
      kind: draft.kind,
      object_uuid: input.object_uuid ?? '',
      object_type: input.object_type ?? '',
      authors: input.authors ?? viewer.email,
      org_id: viewer.organisationId,
      orgc_id: creator ?? viewer.organisationId,
      created: input.created ?? time,
      modified: input.modified ?? time,
      locked: isSync && (input.locked ?? false),
      ...reach,
      ...kindColumns(draft.kind, input),
    },
  };
}

/** Distribution, group and audience; null when the group may not be used. The element it is about plays no part. */
export async function resolveReach(
  { magpie, groups }: Pick<AnalystWrite, 'magpie' | 'groups'>,
  body: JsonObject,
  distribution: number,
  ownerId: number,
): Promise<Pick<AnalystRow, 'distribution' | 'sharing_group_id' | 'audience_id'> | null> {
  const groupId = distribution === 4 ? await groups.resolve(body) : 0;
  if (groupId === null) return null;
  const audienceId = await magpie.audiences.idOf(audienceOf(distribution, groupId, ownerId));
  return { distribution, sharing_group_id: groupId, audience_id: audienceId };
}

/** Who reads an entry of an organisation. */
export function audienceOf(distribution: number, groupId: number, organisationId: number): Audience {
  if (distribution === 4) return { kind: 'groups', organisationId, sharingGroupIds: [groupId] };
  return distribution >= 1 && distribution <= 3 ? { kind: 'everyone' } : { kind: 'organisation', organisationId };
}

function captureCreator({ tx, viewer }: AnalystWrite, body: JsonObject): Promise<number | null> {
  const nested = isObject(body.Orgc) ? body.Orgc : { uuid: body.orgc_uuid };
  return captureOrganisation(tx, viewer, nested);
}

function kindColumns(kind: AnalystKind, input: AnalystInput) {
  const isNote = kind === 'Note';
  const isOpinion = kind === 'Opinion';
  const isRelation = kind === 'Relationship';
  return {
    note: isNote ? (input.note ?? '') : null,
    language: isNote ? (input.language ?? 'en') : null,
    opinion: isOpinion ? (input.opinion ?? 0) : null,
    comment: isOpinion ? (input.comment ?? '') : null,
    relationship_type: isRelation ? (input.relationship_type ?? '') : null,
    related_object_uuid: isRelation ? (input.related_object_uuid ?? null) : null,
    related_object_type: isRelation ? (input.related_object_type ?? null) : null,
  };
}

/** Inserts entries with their change records; those whose uuid is taken are missing from the answer. */
export async function storeNew(tx: Transaction, rows: readonly NewAnalystRow[]): Promise<AnalystRow[]> {
  if (rows.length === 0) return [];
  const made = await insertAnalystRows(tx, rows);
  await recordChanges(
    tx,
    made.map((row) => ({ ...analystChange('add', row), after: logged(row) })),
  );
  return made;
}

/** An entry with the changes of a body, or why they are refused. What is absent stays; `modified` becomes now. */
export async function planChange(
  write: AnalystWrite,
  before: AnalystRow,
  body: JsonObject,
  options: { keepModified?: boolean } = {},
): Promise<{ row: AnalystRow } | { refusal: unknown }> {
  const read = readAnalystInput(body);
  if ('errors' in read) return { refusal: read.errors };
  const { input } = read;
  const distribution = input.distribution ?? before.distribution;
  const staysInGroup = distribution === 4 && before.distribution === 4 && !namesAnotherGroup(body, before);
  const reach =
    distribution === before.distribution && (distribution !== 4 || staysInGroup)
      ? {}
      : await resolveReach(write, body, distribution, before.org_id);
  if (reach === null) return { refusal: { sharing_group_id: [NO_GROUP] } };
  return {
    row: {
      ...before,
      authors: input.authors ?? before.authors,
      modified: (options.keepModified ? input.modified : undefined) ?? new Date(write.now * 1000),
      note: before.kind === 'Note' ? (input.note ?? before.note) : null,
      language: before.kind === 'Note' ? (input.language ?? before.language) : null,
      opinion: before.kind === 'Opinion' ? (input.opinion ?? before.opinion) : null,
      comment: before.kind === 'Opinion' ? (input.comment ?? before.comment) : null,
      relationship_type: before.kind === 'Relationship' ? (input.relationship_type ?? before.relationship_type) : null,
      ...reach,
    },
  };
}

function namesAnotherGroup(body: JsonObject, before: AnalystRow): boolean {
  if (body.sharing_group_id === undefined || body.sharing_group_id === null) return isObject(body.SharingGroup);
  return String(body.sharing_group_id) !== String(before.sharing_group_id);
}

/**
 * Stores a change with its record. False, and no record, for an entry that the viewer does not see: the record would
 * tell him what it said.
 */
export async function storeChange(tx: Transaction, before: AnalystRow, after: AnalystRow): Promise<boolean> {
  if (!(await updateAnalystRow(tx, after))) return false;
  const changed = difference(logged(before), logged(after));
  if (changed) await recordChanges(tx, [{ ...analystChange('edit', after), ...changed }]);
  return true;
}

/** The part of a change record that names the entry. */
export function analystChange(action: string, row: AnalystRow): Change {
  return { model: row.kind, action, modelId: row.id, modelUuid: row.uuid, title: titleOf(row) };
}

/** A short text of an entry. */
export function titleOf(row: AnalystRow): string {
  const text = row.note ?? row.comment ?? `${row.relationship_type} ${row.related_object_uuid}`;
  return text.slice(0, 255);
}

/** What the change log keeps of an entry. */
export function logged(row: AnalystRow): Record<string, unknown> {
  const { kind, id, uuid, created, modified, audience_id, ...fields } = row;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
