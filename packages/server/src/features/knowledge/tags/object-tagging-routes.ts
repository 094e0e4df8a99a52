import Type from 'typebox';
import { can } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { success } from '../../../http/answer.ts';
import { isObject, readBoolean, readId, readText, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { selectTagsById } from './queries.ts';
import type { TagRow } from './rows.ts';
import { captureTags } from './service.ts';
import {
  attachTags,
  canTag,
  canTagLocally,
  detachTags,
  isHost,
  linkOf,
  selectAttached,
  touchTarget,
} from './tagging.ts';
import { readWantedTags } from './tagging-routes.ts';
import { findTargetByUuid, findTargetOfKind, type TagTarget } from './targets.ts';

const kinds = ['Event', 'Attribute', 'EventReport'] as const;
const NOT_CREATOR =
  'Cannot alter the tags of this data, only the organisation that has created the data (orgc) can modify global tags.';
const NOT_HOST = 'Local tags can only be added by users of the host organisation.';

const taggingBody = Type.Object({
  uuid: Type.Optional(Type.String({ description: 'uuid of an event, attribute or event report' })),
  tag: Type.Optional(Type.Unknown({ description: 'name, id, or a list of them' })),
  local: Type.Optional(Type.Unknown()),
  relationship_type: Type.Optional(Type.String()),
});

/** `tags/attachTagToObject` and its kin: tagging by the uuid of whatever it is, with proper statuses. */
export function objectTaggingOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'tags.attachTagToObject',
      summary: 'Attach tags to the event or attribute with a uuid',
      path: '/tags/attachTagToObject/{uuid?}/{tag?}',
      methods: ['POST'],
      permission: 'perm_tagger',
      effect: 'write',
      model: 'Tag',
      body: taggingBody,
      handle(call) {
        const body = unwrap(call.body, 'Tag');
        const wanted = readWantedTags(body.tag ?? call.args.tag);
        if (wanted.length === 0) throw new Refused('Invalid tag');
        const local = readBoolean(body.local ?? call.named.local) ?? false;
        const relationshipType = readText(body, 'relationship_type') ?? '';
        return magpie.database.as(call.viewer, async (tx) => {
          const target = await findTargetByUuid(tx, body.uuid ?? call.args.uuid);
          if (target === null) throw new NotFound('Invalid Target.');
          if (!local && !canTag(call.viewer, target)) throw new Forbidden(NOT_CREATOR);
          if (local && !isHost(call.viewer, magpie.settings.get('MISP.host_org_id'))) {
            throw failed([...wanted.map(() => NOT_HOST)]);
          }
          const found = await obtainTags(magpie, tx, wanted);
          const usable = found.filter((tag) => typeof tag !== 'string' && (local || !tag.local_only));
          const reasons = found.flatMap((tag) => {
            if (typeof tag === 'string') return [tag];
            return tag.local_only && !local ? ['Invalid Tag. This tag can only be set as a local tag.'] : [];
          });
          const tags = usable.filter((tag) => typeof tag !== 'string');
          if (tags.length === 0) throw failed(reasons);
          const present = new Set((await selectAttached(tx, target)).map((link) => link.tag_id));
          const fresh = tags.filter((tag) => !present.has(tag.id));
          await attachTags(tx, target, fresh, { local, relationshipType, now: magpie.now() });
          return success(attachedText(target, { tags, fresh, reasons, local }));
        });
      },
    },
    {
      name: 'tags.removeTagFromObject',
      summary: 'Detach a tag from the event or attribute with a uuid',
      path: '/tags/removeTagFromObject/{uuid?}/{tag?}',
      methods: ['POST'],
      permission: 'perm_tagger',
      effect: 'write',
      model: 'Tag',
      body: taggingBody,
      handle(call) {
        const body = unwrap(call.body, 'Tag');
        const [wanted] = readWantedTags(body.tag ?? call.args.tag);
        if (wanted === undefined) throw new Refused('Invalid tag');
        return magpie.database.as(call.viewer, async (tx) => {
          const target = await findTargetByUuid(tx, body.uuid ?? call.args.uuid);
          if (target === null) throw new NotFound('Invalid Target.');
          const links = (await selectAttached(tx, target)).filter((link) =>
            typeof wanted === 'number' ? link.tag_id === wanted : link.name.toLowerCase() === wanted.toLowerCase(),
          );
          const hostId = magpie.settings.get('MISP.host_org_id');
          const removable = links.filter((link) =>
            link.local ? canTagLocally(call.viewer, target, hostId) : canTag(call.viewer, target),
          );
          if (removable.length === 0 && !canTag(call.viewer, target)) throw new Forbidden(NOT_CREATOR);
          const link = removable[0];
          if (link === undefined) throw new Refused(`Invalid ${target.kind.toLowerCase()} - tag combination.`);
          await detachTags(tx, target, removable, magpie.now());
          return success(
            `${link.local ? 'Local' : 'Global'} tag ${link.name} (${link.tag_id}) successfully removed from ${target.kind}(${target.id}).`,
          );
        });
      },
    },
    modifyTagRelationship(magpie),
  ];
}

function modifyTagRelationship(magpie: Magpie): Operation {
  return {
    name: 'tags.modifyTagRelationship',
    summary: 'Set how a tag relates to what it hangs on',
    path: '/tags/modifyTagRelationship/{scope?}/{link?}',
    methods: ['POST'],
    permission: 'perm_tagger',
    effect: 'write',
    model: 'Tag',
    body: Type.Object({ Tag: Type.Optional(Type.Object({ relationship_type: Type.Optional(Type.String()) })) }),
    handle(call) {
      const scope = call.args.scope?.toLowerCase();
      const id = readId(call.args.link);
      const kind = kinds.find((known) => known.toLowerCase() === scope?.replaceAll('_', ''));
      if (kind === undefined || id === null) throw new NotFound('Invalid scope or id.');
      // Only the wrapped form is read: anything else clears the relationship, as in MISP.
      const inner = isObject(call.body) && isObject(call.body.Tag) ? call.body.Tag : {};
      const relationshipType = readText(inner, 'relationship_type') ?? '';
      return magpie.database.as(call.viewer, async (tx) => {
        const { view, column } = linkOf({ kind });
        const link = await tx.first<{ target_id: number; local: boolean }>(
          `select ${column} as target_id, local from ${view} where id = $1`,
          [id],
        );
        const target = link && (await findTargetOfKind(tx, kind, link.target_id));
        if (!link || !target) throw new NotFound('Invalid tag relation.');
        const hostId = magpie.settings.get('MISP.host_org_id');
        const allowed = link.local ? canTagLocally(call.viewer, target, hostId) : canTag(call.viewer, target);
        if (!allowed) throw new Forbidden(NOT_CREATOR);
        await tx.execute(`update ${view} set relationship_type = $2 where id = $1`, [id, relationshipType]);
        if (!link.local) await touchTarget(tx, target, magpie.now());
        return success('Relationship updated.', { data: { event_id: String(target.event.id) } });
      });
    },
  };
}

/** The tags, created where the viewer may; a text in place of each that cannot be had. */
async function obtainTags(
  magpie: Magpie,
  tx: Transaction,
  wanted: readonly (number | string)[],
): Promise<(TagRow | string)[]> {
  const { viewer } = tx;
  if (viewer === null) throw new Error('tags are attached by a viewer');
  const names = wanted.filter((item) => typeof item === 'string');
  const captured = await captureTags(
    tx,
    viewer,
    names.map((name) => ({ name })),
  );
  const byId = await selectTagsById(
    tx,
    wanted.filter((item) => typeof item === 'number'),
  );
  const found = wanted.map(
    (item) =>
      (typeof item === 'number' ? byId.find((tag) => tag.id === item) : captured.get(item.toLowerCase())?.row) ?? item,
  );
  const missing = found.filter((item) => typeof item === 'string');
  const reserved = missing.length === 0 ? new Map() : await selectReserved(magpie, missing);
  return found.map((item) => {
    if (typeof item === 'object') return item;
    const owner = typeof item === 'string' ? reserved.get(item.toLowerCase()) : undefined;
    if (owner !== undefined) return `Invalid Tag. This tag can only be set by a fixed ${owner}.`;
    return can(viewer, 'perm_tag_editor') || typeof item === 'number'
      ? 'Tag not found.'
      : 'Tag not found and insufficient privileges to create it.';
  });
}

/**
 * For whom names that the viewer does not see are reserved; clients of MISP expect to be told. Ids are not told about:
 * they could be counted through.
 */
async function selectReserved(magpie: Magpie, names: readonly string[]): Promise<Map<string, 'user' | 'organisation'>> {
  const rows = await magpie.database.aside('reserved tags', (tx) =>
    tx.query<{ name: string; user_id: number }>('select name, user_id from tags where lower(name) = any ($1::text[])', [
      names.map((name) => name.toLowerCase().replaceAll('\0', '')),
    ]),
  );
  return new Map(rows.map((row) => [row.name.toLowerCase(), row.user_id === 0 ? 'organisation' : 'user']));
}

function failed(reasons: readonly string[]): Invalid {
  return new Invalid('', `Failed to attach ${reasons.length} tags. Reasons: ${JSON.stringify({ ...reasons })}`);
}

/** How attaching some tags went. */
interface Attached {
  /** Those that are attached now. */
  readonly tags: readonly TagRow[];
  /** Those that were not before. */
  readonly fresh: readonly TagRow[];
  /** Why others could not be. */
  readonly reasons: readonly string[];
  readonly local: boolean;
}

function attachedText(target: TagTarget, { tags, fresh, reasons, local }: Attached): string {
  const [only] = fresh;
  if (tags.length === 1 && reasons.length === 0 && only !== undefined) {
    return `${local ? 'Local' : 'Global'} tag ${only.name}(${only.id}) successfully attached to ${target.kind}(${target.id}).`;
  }
  const present = tags.filter((tag) => !fresh.includes(tag)).map((tag) => tag.name);
  return [
    `Successfully attached ${tags.length} tags to ${target.kind} (${target.id}).`,
    ...(present.length > 0
      ? [
          `${target.id} already has the requested tag attached, no changes had to be made for tags ${JSON.stringify(present)}.`,
        ]
      : []),
    ...(reasons.length > 0
      ? [`Failed to attach ${reasons.length} tags. Reasons: ${JSON.stringify({ ...reasons })}`]
      : []),
  ].join(' ');
}
