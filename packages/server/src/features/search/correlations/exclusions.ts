import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { valueDigest } from '../../intelligence/attributes/value-digest.ts';
import { readPattern } from '../rest-search/filter-forms.ts';
import { wildEndsPattern } from './rule-conditions.ts';

/** A value that does not correlate. */
export interface ExclusionRow {
  id: number;
  value: string;
  from_json: boolean;
  comment: string | null;
}

const COLUMNS = 'id, value, from_json, comment';
const MAX_LENGTH = 65_535;

/**
 * SQL that is true for a half of an attribute's value that may correlate, given its key and text. Exact exclusions are
 * one hashed look-up, patterns (few) are tried one by one; it belongs on the side that is asked about, since the
 * other side has the same value.
 */
export function isNotExcluded(key: string, text: string): string {
  return `${key} not in (select x.h from correlation_exclusions x where x.h is not null)
      and not exists (select from correlation_exclusions x where lower(${text}) like x.pattern)`;
}

/** All exclusions, a page of them; `part` is a text that occurs in them. */
export function listExclusions(
  magpie: Magpie,
  page: { part: string | null; limit: number | null; offset: number },
): Promise<ExclusionRow[]> {
  return magpie.database.asSystem('correlation exclusions', (tx) =>
    tx.query<ExclusionRow>(
      `select ${COLUMNS} from correlation_exclusions where $1::text is null or strpos(lower(value), lower($1)) > 0
       order by id limit $2 offset $3`,
      [page.part, page.limit, page.offset],
    ),
  );
}

/** One exclusion; throws `NotFound`. */
export function getExclusion(magpie: Magpie, id: number | null): Promise<ExclusionRow> {
  return magpie.database.asSystem('correlation exclusion', (tx) => requireExclusion(tx, id));
}

/** Excludes a value, or with `%` at its start or end all like it. Throws `Invalid` for one that is excluded already. */
export function addExclusion(
  magpie: Magpie,
  viewer: Viewer,
  input: { value: string; comment: string | null },
): Promise<ExclusionRow> {
  const value = input.value.trim();
  if (value === '' || value.length > MAX_LENGTH) throw new Invalid('', { value: ['This field is required.'] });
  const isPattern = readPattern(value).kind === 'like';
  return magpie.database.asSystem('exclude from correlation', async (tx) => {
    const row = await tx.first<ExclusionRow>(
      `insert into correlation_exclusions (value, comment, h, pattern) values ($1, $2, $3, $4)
       on conflict do nothing returning ${COLUMNS}`,
      [
        ...[value, input.comment, isPattern ? null : valueDigest(value)],
        isPattern ? wildEndsPattern(value.toLowerCase()) : null,
      ],
    );
    if (row === null) throw new Invalid('', { value: ['Value is already in the exclusion list.'] });
    await recordChanges(tx, [{ ...changeOf(row, 'add'), after: { value, comment: row.comment } }], viewer);
    return row;
  });
}

/** Changes the comment of an exclusion. */
export function editExclusion(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  comment: string | null,
): Promise<ExclusionRow> {
  return magpie.database.asSystem('edit correlation exclusion', async (tx) => {
    const before = await requireExclusion(tx, id);
    await tx.execute('update correlation_exclusions set comment = $2 where id = $1', [before.id, comment]);
    const change = { ...changeOf(before, 'edit'), before: { comment: before.comment }, after: { comment } };
    await recordChanges(tx, [change], viewer);
    return { ...before, comment };
  });
}

/** Lets a value correlate again. */
export function deleteExclusion(magpie: Magpie, viewer: Viewer, id: number | null): Promise<ExclusionRow> {
  return magpie.database.asSystem('delete correlation exclusion', async (tx) => {
    const row = await requireExclusion(tx, id);
    await tx.execute('delete from correlation_exclusions where id = $1', [row.id]);
    await recordChanges(tx, [{ ...changeOf(row, 'delete'), before: { value: row.value } }], viewer);
    return row;
  });
}

async function requireExclusion(tx: Transaction, id: number | null): Promise<ExclusionRow> {
  const row =
    id === null
      ? null
      : await tx.first<ExclusionRow>(`select ${COLUMNS} from correlation_exclusions where id = $1`, [id]);
  if (row === null) throw new NotFound('Invalid CorrelationExclusion.');
  return row;
}

function changeOf(row: ExclusionRow, action: string) {
  return { model: 'CorrelationExclusion', action, modelId: row.id, title: row.value };
}
