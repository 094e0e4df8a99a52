import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, Forbidden, NotFound } from '../../../errors.ts';
import { uiReply } from '../../../http/answer.ts';
import { isObject, type JsonObject, readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { tagsOfCollection } from '../tag-collections/service.ts';
import { selectTagsById, selectTagsByName } from './queries.ts';
import type { TagRow } from './rows.ts';
import {
  type AttachedTag,
  attachTags,
  canTag,
  canTagLocally,
  checkExclusivity,
  detachTags,
  selectAttached,
} from './tagging.ts';
import { findTargetOfKind, type TagTarget } from './targets.ts';

type Kind = TagTarget['kind'];

const places = {
  Event: { controller: 'events', field: 'event', words: 'event' },
  Attribute: { controller: 'attributes', field: 'attribute', words: 'attribute' },
  EventReport: { controller: 'event_reports', field: 'report', words: 'event report' },
} as const;

const MAX_SELECTED = 500;
const NO_RIGHT = "You don't have permission to do that.";
const NOT_EXCLUSIVE = 'Tag is not allowed due to taxonomy exclusivity settings';
const LOCAL_ONLY = 'Invalid Tag. This tag can only be set as a local tag.';

/** `addTag` and `removeTag` of events, attributes and reports: buttons of MISP's pages, which answer 200 even on failure. */
export function taggingOperations(magpie: Magpie): Operation[] {
  return (['Event', 'Attribute', 'EventReport'] as const).flatMap((kind) => [
    addTag(magpie, kind),
    removeTag(magpie, kind),
  ]);
}

function addTag(magpie: Magpie, kind: Kind): Operation {
  const { controller, field, words } = places[kind];
  return {
    name: `${controller}.addTag`,
    summary: `Attach tags to an ${words}`,
    path: `/${controller}/addTag/{${field}?}/{tag?}`,
    methods: ['POST', 'PUT'],
    permission: 'perm_tagger',
    effect: 'write',
    body: Type.Object({ tag: Type.Optional(Type.Unknown()), local: Type.Optional(Type.Unknown()) }),
    async handle(call) {
      const body = unwrap(call.body, kind);
      const wanted = readWantedTags(call.args.tag ?? body.tag);
      if (wanted.length === 0) return uiReply({ errors: 'Invalid Tag.' });
      const local = readBoolean(call.named.local ?? body.local) ?? false;
      return magpie.database.as(call.viewer, async (tx) => {
        const errors: string[] = [];
        const options = { local, now: magpie.now(), hostId: magpie.settings.get('MISP.host_org_id') };
        for (const id of readTargetIds(call, body, kind)) {
          const target = await findTargetOfKind(tx, kind, id);
          const tagged = target === null ? missingTarget(kind) : await tagOne(tx, call.viewer, target, wanted, options);
          if (tagged !== null) errors.push(tagged);
        }
        if (errors[0] !== undefined) return uiReply({ errors: errors[0] });
        return uiReply({ success: wanted.length === 1 ? 'Tag added.' : 'Tags added.' }, { check_publish: true });
      });
    },
  };
}

/** Checks the right and attaches; why something was not attached, or null. */
async function tagOne(
  tx: Transaction,
  viewer: Viewer,
  target: TagTarget,
  wanted: readonly (number | string)[],
  options: { local: boolean; now: number; hostId: number },
): Promise<string | null> {
  const allowed = options.local ? canTagLocally(viewer, target, options.hostId) : canTag(viewer, target);
  return allowed ? addWanted(tx, target, wanted, options) : NO_RIGHT;
}

/** Attaches what may be attached; the first reason why something was not, or null. */
async function addWanted(
  tx: Transaction,
  target: TagTarget,
  wanted: readonly (number | string)[],
  options: { local: boolean; now: number },
): Promise<string | null> {
  const errors: string[] = [];
  const attached = await selectAttached(tx, target);
  const onEvent = target.kind === 'Event';
  const candidates: TagRow[] = [];
  for (const tag of await findWanted(tx, wanted)) {
    if (tag === null) errors.push(onEvent ? notFoundText(wanted) : 'Tag could not be added.');
    else if (tag.local_only && !options.local) errors.push(LOCAL_ONLY);
    else if (attached.some((link) => link.tag_id === tag.id)) {
      errors.push(onEvent ? 'Tag is already attached to this event.' : 'Tag could not be added.');
    } else candidates.push(tag);
  }
  const { allowed, refused } = await checkExclusivity(tx, candidates, attached, options.local);
  if (refused.length > 0) errors.push(NOT_EXCLUSIVE);
  if (allowed.length > 0) await attachTags(tx, target, allowed, options);
  return errors[0] ?? null;
}

/** MISP tells unknown ids from unknown names. */
function notFoundText(wanted: readonly (number | string)[]): string {
  return wanted.every((item) => typeof item === 'number') ? 'Tag not found.' : 'Invalid Tag.';
}

function removeTag(magpie: Magpie, kind: Kind): Operation {
  const { controller, field, words } = places[kind];
  return {
    name: `${controller}.removeTag`,
    summary: `Detach a tag from an ${words}`,
    path: `/${controller}/removeTag/{${field}?}/{tag?}`,
    methods: ['POST', 'PUT'],
    permission: 'perm_tagger',
    effect: 'write',
    body: Type.Object({ tag: Type.Optional(Type.Unknown()) }),
    async handle(call) {
      const body = unwrap(call.body, kind);
      const tagId = readId(call.args.tag ?? body.tag);
      if (tagId === null) return uiReply({ errors: 'Invalid Tag.' });
      return magpie.database.as(call.viewer, async (tx) => {
        const target = await findTargetOfKind(tx, kind, readTargetId(call, body, field));
        if (target === null) return uiReply({ errors: missingTarget(kind) });
        const links = (await selectAttached(tx, target)).filter((link) => link.tag_id === tagId);
        const hostId = magpie.settings.get('MISP.host_org_id');
        const mayRemove = (link: AttachedTag) =>
          link.local ? canTagLocally(call.viewer, target, hostId) : canTag(call.viewer, target);
        if (links.length === 0) {
          if (!canTagLocally(call.viewer, target, hostId)) return uiReply({ errors: NO_RIGHT });
          return uiReply({ errors: `Invalid ${field} - tag combination.` });
        }
        const removable = links.filter(mayRemove);
        if (removable.length === 0) return uiReply({ errors: NO_RIGHT });
        await detachTags(tx, target, removable, magpie.now());
        return uiReply({ success: 'Tag removed.' }, { check_publish: removable.some((link) => !link.local) });
      });
    },
  };
}

function missingTarget(kind: Kind): string {
  // MISP answers an unknown attribute with 404, an unknown event like any failed button.
  if (kind === 'Attribute') throw new NotFound('Invalid attribute');
  if (kind === 'EventReport') throw new NotFound('Invalid report');
  return 'Invalid event.';
}

/** One target, or with `selected` in the path the attributes that `attribute_ids` lists (a list, or one as JSON text). */
function readTargetIds(call: Call, body: JsonObject, kind: Kind): unknown[] {
  if (kind !== 'Attribute' || call.args.attribute !== 'selected') return [readTargetId(call, body, places[kind].field)];
  const sent = body.attribute_ids ?? (isObject(call.body) ? call.body.attribute_ids : undefined);
  const ids = readWantedTags(sent);
  // Each is locked and checked by itself.
  if (ids.length > MAX_SELECTED) throw new BadRequest(`At most ${MAX_SELECTED} attributes can be tagged at once.`);
  if (ids.length === 0) throw new NotFound('Invalid attribute');
  return ids;
}

/** Id in the path, else in the body. Naming two different ones is refused, so that no check looks at the wrong one. */
function readTargetId(call: Call, body: JsonObject, field: string): unknown {
  const inPath = call.args[field];
  const inBody = body[field] ?? (inPath === undefined ? body.id : undefined);
  if (inPath !== undefined && inBody !== undefined && String(inBody) !== inPath) {
    throw new Forbidden(`The ${field} in the URL and the one in the body differ.`);
  }
  return inPath ?? inBody;
}

/** Ids and names: one, a list, or a JSON list as text. */
export function readWantedTags(value: unknown): (number | string)[] {
  if (Array.isArray(value)) return value.flatMap((item) => (Array.isArray(item) ? [] : readWantedTags(item)));
  if (isObject(value)) return readWantedTags(value.id ?? value.name);
  if (typeof value === 'number') return readId(value) === null ? [] : [value];
  if (typeof value !== 'string' || value.trim() === '') return [];
  if (value.trimStart().startsWith('[')) return readListText(value);
  return [readId(value) ?? value];
}

function readListText(text: string): (number | string)[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? readWantedTags(list) : [text];
  } catch {
    // Not a list after all: a tag whose name begins with a bracket.
    return [text];
  }
}

/** The visible tags that were asked for, null for each that is not there, without repetitions. */
export async function findWanted(tx: Transaction, wanted: readonly (number | string)[]): Promise<(TagRow | null)[]> {
  const collections = wanted.filter((item) => collectionId(item) !== null);
  if (collections.length > 0) return findWithCollections(tx, wanted);
  const names = wanted.filter((item) => typeof item === 'string');
  const ids = wanted.filter((item) => typeof item === 'number');
  const byName = names.length === 0 ? [] : await selectTagsByName(tx, names);
  const byId = ids.length === 0 ? [] : await selectTagsById(tx, ids);
  const found = wanted.map((item) =>
    typeof item === 'number'
      ? (byId.find((tag) => tag.id === item) ?? null)
      : (byName.find((tag) => tag.place === names.indexOf(item)) ?? null),
  );
  return found.filter((tag, index) => tag === null || found.findIndex((other) => other?.id === tag.id) === index);
}

/** Collections of tags are asked for as `collection_<id>`, as in MISP. */
function collectionId(item: number | string): number | null {
  const match = typeof item === 'string' ? /^collection_(\d+)$/.exec(item) : null;
  return match ? readId(match[1]) : null;
}

async function findWithCollections(tx: Transaction, wanted: readonly (number | string)[]): Promise<(TagRow | null)[]> {
  const found: (TagRow | null)[] = [];
  for (const item of wanted) {
    const id = collectionId(item);
    const tags = id === null ? await findWanted(tx, [item]) : await tagsOfCollection(tx, id);
    found.push(...(tags ?? [null]));
  }
  return found.filter((tag, index) => tag === null || found.findIndex((other) => other?.id === tag.id) === index);
}
