import type { Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readInteger, readList, readText } from '../../../http/lenient.ts';
import { rowsJson, textsOf } from '../content/fields.ts';
import { forgetContent } from '../content/update.ts';
import { isUsableEntry, type WarninglistEntry, type WarninglistType } from './compiled-list.ts';
import { selectWarninglist, type WarninglistRow } from './queries.ts';

const TYPES: readonly WarninglistType[] = ['cidr', 'hostname', 'string', 'substring', 'regex'];
const BLANK = 'This field cannot be left blank';

/** What a body says about a list; undefined where it says nothing. */
export interface WarninglistInput {
  name?: string;
  type?: WarninglistType;
  description?: string;
  category?: WarninglistRow['category'];
  version?: number;
  enabled?: boolean;
  types?: string[];
  entries?: WarninglistEntry[];
}

/** Reads the fields of `warninglists/add`, `edit` and of a list's file. Throws `Invalid` naming the field. */
export function readWarninglistInput(body: JsonObject): WarninglistInput {
  const input: WarninglistInput = {};
  const name = readText(body, 'name')?.trim();
  if (name === '') throw new Invalid('', { name: [BLANK] });
  if (name !== undefined) input.name = name;
  if (body.type !== undefined) input.type = readType(body.type);
  const description = readText(body, 'description');
  if (description !== undefined) input.description = description;
  if (body.category !== undefined && body.category !== null) input.category = readCategory(body.category);
  const version = readInteger(body.version);
  if (version !== null && version >= 0) input.version = version;
  const enabled = readBoolean(body.enabled);
  if (enabled !== undefined) input.enabled = enabled;
  const types = body.matching_attributes ?? body.valid_attributes;
  if (types !== undefined && types !== null) input.types = readTypes(types);
  const entries = body.entries ?? body.list;
  if (entries !== undefined && entries !== null) input.entries = readEntries(entries);
  return input;
}

function readType(given: unknown): WarninglistType {
  const type = TYPES.find((known) => known === given);
  if (type === undefined) throw new Invalid('', { type: [BLANK] });
  return type;
}

function readCategory(given: unknown): WarninglistRow['category'] {
  if (given === 'false_positive' || given === 'known') return given;
  throw new Invalid('', { category: ['Expected false_positive or known.'] });
}

function readTypes(given: unknown): string[] {
  const list = typeof given === 'string' ? given.split(/[\s,]+/) : textsOf(readList(given) ?? []);
  return [...new Set(list.map((type) => type.trim()).filter((type) => type !== ''))];
}

/** A text with an entry a line (`value # comment`), a list of texts or of `{value, comment}`, or value -> comment. */
function readEntries(given: unknown): WarninglistEntry[] {
  if (typeof given === 'string') return given.split('\n').flatMap(readLine);
  if (isObject(given)) {
    return Object.entries(given).flatMap(([value, comment]) => entryOf(value, textsOf(comment)[0] ?? null));
  }
  return (readList(given) ?? []).flatMap((item) =>
    isObject(item)
      ? entryOf(textsOf(item.value)[0] ?? '', textsOf(item.comment)[0] ?? null)
      : textsOf(item).flatMap((value) => entryOf(value, null)),
  );
}

function readLine(line: string): WarninglistEntry[] {
  const mark = line.indexOf('#');
  // A regular expression may be delimited by the mark, and a fragment of an address has no space before it.
  const isComment = mark > 0 && /\s/.test(line.charAt(mark - 1));
  return isComment ? entryOf(line.slice(0, mark), line.slice(mark + 1).trim() || null) : entryOf(line, null);
}

function entryOf(value: string, comment: string | null): WarninglistEntry[] {
  return value.trim() === '' ? [] : [{ value: value.trim(), comment }];
}

/** Adds a list of the instance's own. */
export function addWarninglist(magpie: Magpie, viewer: Viewer, input: WarninglistInput): Promise<WarninglistRow> {
  const { name, type } = input;
  if (name === undefined) throw new Invalid('', { name: [BLANK] });
  if (type === undefined) throw new Invalid('', { type: [BLANK] });
  const entries = usable(type, input.entries ?? []);
  if (entries.length === 0) throw new Invalid('', { entries: [BLANK] });
  return magpie.database.asSystem('add warninglist', async (tx) => {
    const row = await tx.first<{ id: number }>(
      `insert into warninglists (name, type, description, version, enabled, is_default, category, entry_count)
       values ($1, $2, $3, $4, $5, false, $6, 0) on conflict (name) do nothing returning id`,
      [
        ...[name, type, input.description ?? '', input.version ?? 1, input.enabled ?? false],
        input.category ?? 'false_positive',
      ],
    );
    if (row === null) throw new Invalid('', { name: ['A warninglist of this name exists already.'] });
    await replaceTypes(tx, row.id, input.types ?? []);
    await replaceEntries(tx, row.id, entries);
    const list = await requireList(tx, row.id);
    await recordChanges(tx, [{ ...changeOf(list, 'add'), after: summaryOf(list) }], viewer);
    return list;
  });
}

/** Changes a list of the instance's own; its version counts up. Those of the library look as if they were not there. */
export function editWarninglist(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  input: WarninglistInput,
): Promise<WarninglistRow> {
  return magpie.database.asSystem('edit warninglist', async (tx) => {
    const before = await requireList(tx, id);
    if (before.is_default) throw new NotFound('Invalid Warninglist.');
    const type = input.type ?? before.type;
    const version = Math.max(before.version + 1, input.version ?? 0);
    await tx.execute(
      `update warninglists set name = $2, type = $3, description = $4, version = $5, enabled = $6, category = $7,
         changed = clock_timestamp() where id = $1`,
      [
        ...[before.id, input.name ?? before.name, type, input.description ?? before.description, version],
        ...[input.enabled ?? before.enabled, input.category ?? before.category],
      ],
    );
    if (input.types) await replaceTypes(tx, before.id, input.types);
    if (input.entries) await replaceEntries(tx, before.id, usable(type, input.entries));
    const after = await requireList(tx, before.id);
    const change = difference(summaryOf(before), summaryOf(after));
    await recordChanges(tx, [{ ...changeOf(after, 'edit'), ...change }], viewer);
    return after;
  });
}

/** Takes a list in the form of the library's files: a new one, or a newer version of one of the instance's own. */
export async function importWarninglist(
  magpie: Magpie,
  viewer: Viewer,
  input: WarninglistInput,
): Promise<WarninglistRow> {
  const known = await magpie.database.asSystem('import warninglist', (tx) =>
    tx.first<{ id: number }>('select id from warninglists where name = $1 and not is_default', [input.name ?? '']),
  );
  return known ? editWarninglist(magpie, viewer, known.id, input) : addWarninglist(magpie, viewer, input);
}

/** Deletes a list; one of the library comes back with the next update. */
export function deleteWarninglist(magpie: Magpie, viewer: Viewer, id: number | null): Promise<WarninglistRow> {
  return magpie.database.asSystem('delete warninglist', async (tx) => {
    const list = await requireList(tx, id);
    await tx.execute('delete from warninglist_entries where warninglist_id = $1', [list.id]);
    await tx.execute('delete from warninglist_types where warninglist_id = $1', [list.id]);
    await tx.execute('delete from warninglists where id = $1', [list.id]);
    await forgetContent(tx, 'warninglists', list.name);
    await recordChanges(tx, [{ ...changeOf(list, 'delete'), before: summaryOf(list) }], viewer);
    return list;
  });
}

/** The list with this id; throws `NotFound`. */
export async function requireList(tx: Transaction, id: number | null): Promise<WarninglistRow> {
  const list = id === null ? null : await selectWarninglist(tx, id);
  if (list === null) throw new NotFound('Invalid Warninglist.');
  return list;
}

/** Entries without repetitions; throws for one that this type cannot use, so that no list looks better than it works. */
function usable(type: WarninglistType, entries: readonly WarninglistEntry[]): WarninglistEntry[] {
  const bad = entries.find((entry) => !isUsableEntry(type, entry.value));
  if (bad) throw new Invalid('', { entries: [`\`${bad.value}\` is not a valid entry of a list of type ${type}.`] });
  return [...new Map(entries.map((entry) => [entry.value, entry])).values()];
}

async function replaceTypes(tx: Transaction, id: number, types: readonly string[]): Promise<void> {
  await tx.execute('delete from warninglist_types where warninglist_id = $1', [id]);
  await tx.execute('insert into warninglist_types (warninglist_id, type) select $1, t from unnest($2::text[]) as t', [
    ...[id, types.length === 0 ? ['ALL'] : types],
  ]);
}

async function replaceEntries(tx: Transaction, id: number, entries: readonly WarninglistEntry[]): Promise<void> {
  await tx.execute('delete from warninglist_entries where warninglist_id = $1', [id]);
  await tx.execute(
    `insert into warninglist_entries (warninglist_id, value, comment)
     select $1, value, comment from json_to_recordset($2::json) as r (value text, comment text)`,
    [id, rowsJson(entries)],
  );
  await tx.execute('update warninglists set entry_count = $2 where id = $1', [id, entries.length]);
}

function changeOf(list: WarninglistRow, action: string) {
  return { model: 'Warninglist', action, modelId: list.id, title: list.name };
}

function summaryOf(list: WarninglistRow): Record<string, unknown> {
  const { name, type, description, version, enabled, category, entry_count } = list;
  return { name, type, description, version, enabled, category, entry_count };
}
