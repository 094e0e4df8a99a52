import { can, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { insertTags, selectKnownTags, selectTagsByName } from './queries.ts';
import type { TagRow } from './rows.ts';
import { cleanTagName, describeNewTag, type KnownTag } from './tag-names.ts';
import { tagWire } from './wire.ts';

/** A tag that was asked for by name. */
export interface WantedTag {
  name: string;
  /** Used when the tag is created; ignored unless it is `#rrggbb`. */
  colour?: string | null | undefined;
}

/** A tag that may be attached. */
export interface CapturedTag {
  id: number;
  name: string;
  /** Only local links may use it. */
  localOnly: boolean;
  row: TagRow;
}

/**
 * The tags of these names, by the lower-case form of each wanted name; names that cannot be had are left out.
 *
 * A tag that does not exist is created when the viewer has perm_tag_editor. Tags reserved for others are left out,
 * and look the same as those that may not be created. With `hidden` a new tag is not offered for choosing. One
 * statement for tags that exist, three more for new ones, however many names.
 */
export async function captureTags(
  tx: Transaction,
  viewer: Viewer,
  wanted: readonly WantedTag[],
  options: { hidden?: boolean } = {},
): Promise<Map<string, CapturedTag>> {
  const names = new Map<string, { clean: string; colour: string | null | undefined }>();
  for (const { name, colour } of wanted) {
    const clean = cleanTagName(name);
    if (clean !== null && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), { clean, colour });
  }
  const captured = new Map<string, CapturedTag>();
  if (names.size === 0) return captured;
  await capture(tx, names, captured);
  const missing = new Map([...names].filter(([key]) => !captured.has(key)));
  if (missing.size === 0 || !can(viewer, 'perm_tag_editor')) return captured;
  await createMissing(tx, missing, options.hidden ?? false);
  await capture(tx, missing, captured);
  return captured;
}

async function capture(
  tx: Transaction,
  names: ReadonlyMap<string, { clean: string }>,
  captured: Map<string, CapturedTag>,
): Promise<void> {
  const keys = [...names.keys()];
  const rows = await selectTagsByName(
    tx,
    [...names.values()].map(({ clean }) => clean),
  );
  for (const { place, ...row } of rows) {
    const key = keys[place];
    if (key !== undefined) captured.set(key, { id: row.id, name: row.name, localOnly: row.local_only, row });
  }
}

async function createMissing(
  tx: Transaction,
  missing: ReadonlyMap<string, { clean: string; colour: string | null | undefined }>,
  hidden: boolean,
): Promise<void> {
  const wanted = [...missing.values()];
  const known: Map<string, KnownTag> = await selectKnownTags(
    tx,
    wanted.map(({ clean }) => clean),
  );
  const created = await insertTags(
    tx,
    wanted.map(({ clean, colour }) => ({
      ...describeNewTag(clean, colour, known.get(clean.toLowerCase())),
      hidden,
    })),
  );
  await recordChanges(
    tx,
    created.map((row) => ({ model: 'Tag', action: 'add', modelId: row.id, title: row.name, after: tagWire(row) })),
  );
}
