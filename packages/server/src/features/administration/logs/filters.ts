import { parseTimeFilter } from '@magpie/model';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { likePattern } from '../../../database/like-pattern.ts';
import type { SqlValue, Transaction } from '../../../database/transaction.ts';
import { BadRequest } from '../../../errors.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';

/** Conditions over `visible_changes c` with their values. */
export interface Where {
  conditions: string[];
  values: SqlValue[];
}

/** Names and mails stand for at most this many ids. */
const MAX_IDS = 1000;
const MAX_VALUES = 1000;
/** Entries written at the same moment may have got their times and their ids in another order. */
const ID_SLACK = 10_000;

/** Filters of a call: the body of a POST (flat or under `wrapper`), over it named parameters and the query string. */
export function readGivenFilters(call: Call, wrapper: string): Record<string, unknown> {
  const sent = call.method === 'POST' ? unwrap(call.body, wrapper) : {};
  return { ...sent, ...Object.fromEntries(call.query), ...call.named };
}

/**
 * Bounds the list to what the viewer may read in a form that an index serves; the view grants no more in any case.
 * Site administrator: everything; organisation administrator: the organisation; others: their own.
 */
export function ownScope(viewer: Viewer): Where {
  if (isSiteAdmin(viewer)) return { conditions: [], values: [] };
  if (viewer.flags.has('perm_admin')) return { conditions: ['c.org_id = $1'], values: [viewer.organisationId] };
  return { conditions: ['c.user_id = $1'], values: [viewer.userId] };
}

/** Adds `column` equal to, or with `%` like, one of the values given. Nothing is added where nothing is given. */
export function addTextFilter(where: Where, column: string, given: unknown): void {
  const wanted = readValues(given);
  if (wanted === null) return;
  const exact = wanted.filter((text) => !text.includes('%'));
  const patterns = wanted.filter((text) => text.includes('%'));
  const tests: string[] = [];
  if (exact.length > 0) tests.push(`${column} = any (${bind(where, exact)}::text[])`);
  if (patterns.length > 0) tests.push(`${column} ilike any (${bind(where, patterns)}::text[])`);
  // What is neither text nor number matches nothing.
  where.conditions.push(tests.length === 0 ? 'false' : `(${tests.join(' or ')})`);
}

/** Adds `column` being one of the numbers given; what is no number matches nothing. */
export function addIdFilter(where: Where, column: string, given: unknown): void {
  const wanted = readValues(given);
  if (wanted === null) return;
  const ids = wanted.map((text) => (text === '0' ? 0 : readId(text))).filter((id) => id !== null);
  where.conditions.push(matchIds(where, column, ids));
}

/** Adds a time filter (epoch, `5d`, date, or two of them); turned into a bound on ids, which lists are ordered by. */
export async function addTimeFilter(
  tx: Transaction,
  where: Where,
  given: unknown,
  nowSeconds: number,
  idColumn = 'c.id',
): Promise<void> {
  if (given === undefined || given === null || given === '') return;
  const range = parseTimeFilter(given, nowSeconds);
  if (range === 'invalid') throw new BadRequest('Invalid value of created.');
  if (range.from !== null) {
    const first = await firstIdSince(tx, range.from);
    where.conditions.push(`c.at >= to_timestamp(${bind(where, range.from)})`);
    where.conditions.push(first === null ? 'false' : `${idColumn} >= ${bind(where, first - ID_SLACK)}`);
  }
  if (range.to !== null) {
    const first = await firstIdSince(tx, range.to + 1);
    where.conditions.push(`c.at < to_timestamp(${bind(where, range.to + 1)})`);
    if (first !== null) where.conditions.push(`${idColumn} <= ${bind(where, first + ID_SLACK)}`);
  }
}

/** Adds the users with these ids or mails (`SYSTEM` for the program itself). */
export async function addUserFilter(tx: Transaction, where: Where, given: unknown): Promise<void> {
  const wanted = readValues(given);
  if (wanted === null) return;
  const ids = await idsOf(tx, wanted, 'select id from visible_users where lower(email) like any ($1::text[]) limit $2');
  where.conditions.push(matchIds(where, 'c.user_id', ids));
}

/** Adds the organisations with these ids, uuids or names (`SYSTEM` for the program itself). */
export async function addOrganisationFilter(tx: Transaction, where: Where, given: unknown): Promise<void> {
  const wanted = readValues(given);
  if (wanted === null) return;
  const ids = await idsOf(
    tx,
    wanted,
    'select id from organisations where lower(name) like any ($1::text[]) or uuid::text = any ($1::text[]) limit $2',
  );
  where.conditions.push(matchIds(where, 'c.org_id', ids));
}

/** A page: `limit` null means all. */
export function readPage(
  given: Record<string, unknown>,
  options: { defaultLimit: number | null; maxLimit: number | null },
): { limit: number | null; offset: number } {
  const asked = readId(given.limit) ?? options.defaultLimit;
  const limit = asked === null || options.maxLimit === null ? asked : Math.min(asked, options.maxLimit);
  const page = readId(given.page) ?? 1;
  return { limit, offset: limit === null ? 0 : Math.min((page - 1) * limit, Number.MAX_SAFE_INTEGER) };
}

/** Binds a value and gives its placeholder. */
export function bind(where: Where, value: SqlValue): string {
  return `$${where.values.push(value)}`;
}

function readValues(given: unknown): string[] | null {
  if (given === undefined || given === null || given === '') return null;
  const list = Array.isArray(given) ? given : [given];
  const texts = list
    .slice(0, MAX_VALUES)
    .filter((value) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(String);
  return texts.some((text) => text.includes('\0')) ? [] : texts;
}

function matchIds(where: Where, column: string, ids: readonly number[]): string {
  if (ids.length === 0) return 'false';
  // One id is compared by itself, so that the index also gives the order.
  const [only] = ids;
  return ids.length === 1 && only !== undefined
    ? `${column} = ${bind(where, only)}`
    : `${column} = any (${bind(where, ids)}::bigint[])`;
}

async function idsOf(tx: Transaction, wanted: readonly string[], sql: string): Promise<number[]> {
  const ids = wanted.map(readId).filter((id) => id !== null);
  if (wanted.includes('SYSTEM') || wanted.includes('0')) ids.push(0);
  const names = wanted.filter((text) => readId(text) === null).map((text) => likePattern(text.toLowerCase()));
  if (names.length > 0) ids.push(...(await tx.query<{ id: number }>(sql, [names, MAX_IDS])).map(({ id }) => id));
  return [...new Set(ids)];
}

async function firstIdSince(tx: Transaction, seconds: number): Promise<number | null> {
  const row = await tx.first<{ id: number | null }>('select first_change_since(to_timestamp($1)) as id', [seconds]);
  return row?.id ?? null;
}
