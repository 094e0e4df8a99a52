import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readBoolean, readInteger, readText } from '../../../http/lenient.ts';
import { maskedJson, withoutUrlKey } from '../../../secrets/masked-json.ts';

// Queries are a user's own notes: they are no change of anything, so the change log says nothing of them.

/** A kept query as stored. */
export interface QueryRow {
  id: number;
  user_id: number;
  org_id: number;
  timestamp: number;
  http_method: string;
  url: string;
  body: string;
  headers: string;
  outcome: number;
  bookmark: boolean;
  bookmark_name: string;
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE']);
const MAX_URL = 2048;
const MAX_BODY = 100_000;
const MAX_HEADERS = 5000;
const MAX_NAME = 191;
/** Older queries that are no bookmarks make way for new ones. */
const KEPT = 100;
const MAX_BOOKMARKS = 1000;

/** The viewer's own queries, the latest first, or his bookmarks by name. */
export function listQueries(
  magpie: Magpie,
  viewer: Viewer,
  onlyBookmarks: boolean,
  page: { limit: number; offset: number },
): Promise<QueryRow[]> {
  return magpie.database.as(viewer, (tx) =>
    tx.query<QueryRow>(
      `select * from visible_rest_client_history where user_id = $1 and bookmark = $2
       order by case when $2 then bookmark_name end, id desc limit $3 offset $4`,
      [viewer.userId, onlyBookmarks, page.limit, page.offset],
    ),
  );
}

/** Keeps a query, with asterisks for passwords and keys in its body; a header that carries a key is never kept. */
export function addQuery(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<QueryRow> {
  const method = (readText(body, 'http_method') ?? readText(body, 'method') ?? 'GET').toUpperCase();
  const url = readText(body, 'url') ?? '';
  const text = typeof body.body === 'object' && body.body !== null ? JSON.stringify(body.body) : readText(body, 'body');
  const isBookmark = readBoolean(body.bookmark) ?? false;
  const errors: Record<string, string[]> = {};
  if (!METHODS.has(method)) errors.http_method = ['GET, POST, PUT or DELETE is expected.'];
  if (url === '' || url.length > MAX_URL) errors.url = ['A path is expected.'];
  if ((text ?? '').length > MAX_BODY) errors.body = ['The body is too long to be kept.'];
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  return magpie.database.as(viewer, async (tx) => {
    if (isBookmark) {
      const row = await tx.first<{ n: number }>(
        'select count(*) as n from visible_rest_client_history where user_id = $1 and bookmark',
        [viewer.userId],
      );
      if ((row?.n ?? 0) >= MAX_BOOKMARKS) throw new Invalid('', { bookmark: ['There are too many bookmarks.'] });
    }
    const row = await tx.first<QueryRow>(
      `insert into visible_rest_client_history (user_id, org_id, timestamp, http_method, url, body, headers, outcome,
         bookmark, bookmark_name)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning *`,
      [
        ...[viewer.userId, viewer.organisationId, magpie.now(), method, withoutUrlKey(url), withoutSecrets(text ?? '')],
        withoutKeys(readText(body, 'headers') ?? '').slice(0, MAX_HEADERS),
        readInteger(body.outcome) ?? 0,
        isBookmark,
        isBookmark ? (readText(body, 'bookmark_name') ?? readText(body, 'name') ?? url).slice(0, MAX_NAME) : '',
      ],
    );
    if (row === null) throw new Error('the query was not stored');
    await tx.execute(
      `delete from visible_rest_client_history where user_id = $1 and not bookmark and id < (
         select min(id) from (select id from visible_rest_client_history
           where user_id = $1 and not bookmark order by id desc limit $2) latest)`,
      [viewer.userId, KEPT],
    );
    return row;
  });
}

/** Deletes a query of one's own. */
export async function removeQuery(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  const row = await magpie.database.as(viewer, (tx) =>
    tx.first<{ id: number }>('delete from visible_rest_client_history where id = $1 returning id', [id]),
  );
  if (row === null) throw new NotFound('Invalid entry.');
  return row.id;
}

/** As it was written where no secret is in it. What is no JSON is kept as it is: the client sends nothing else. */
function withoutSecrets(body: string): string {
  const masked = maskedJson(body);
  return masked === null || masked === maskedJson(body, () => false) ? body : masked;
}

function withoutKeys(headers: string): string {
  return headers
    .split(/\r?\n/)
    .filter((line) => !/^\s*(authorization|x-misp-auth|cookie)\s*:/i.test(line))
    .join('\n');
}
