import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { type JsonObject, readBoolean, readText } from '../../../http/lenient.ts';

/** A bookmark as stored. */
export interface BookmarkRow {
  id: number;
  user_id: number;
  org_id: number;
  name: string;
  url: string;
  comment: string;
  exposed_to_org: boolean;
}

/** A bookmark with whose it is. */
export interface ListedBookmarkRow extends BookmarkRow {
  org_name: string;
  org_uuid: string;
  email: string;
}

const NO_BOOKMARK = 'Invalid Bookmark.';
const MAX_TEXT = 191;
const MAX_URL = 2048;

/** Bookmarks one sees, by id: of oneself, or with scope `org` those shown to the organisation. */
export function listBookmarks(
  tx: Transaction,
  viewer: Viewer,
  filter: { scope: string; id: number | null },
  page: { limit: number; offset: number },
): Promise<ListedBookmarkRow[]> {
  return tx.query<ListedBookmarkRow>(
    `select b.*, o.name as org_name, o.uuid as org_uuid, w.email from visible_bookmarks b
       join organisations o on o.id = b.org_id join visible_bookmark_owners w on w.bookmark_id = b.id
     where (($6 <> 'org' and b.user_id = $1) or ($6 <> 'mine' and b.exposed_to_org and b.org_id = $2))
       and ($3::bigint is null or b.id = $3) order by b.id limit $4 offset $5`,
    [viewer.userId, viewer.organisationId, filter.id, page.limit, page.offset, filter.scope],
  );
}

/** Keeps a link. Only an organisation's administrator shows it to the organisation. */
export function addBookmark(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<BookmarkRow> {
  const values = readValues(viewer, body, null);
  return magpie.database.as(viewer, async (tx) => {
    const row = await tx.first<BookmarkRow>(
      `insert into visible_bookmarks (user_id, org_id, name, url, comment, exposed_to_org)
       values ($1, $2, $3, $4, $5, $6) returning *`,
      [viewer.userId, viewer.organisationId, values.name, values.url, values.comment, values.exposed_to_org],
    );
    if (row === null) throw new Error('the bookmark was not stored');
    await recordChanges(tx, [{ model: 'Bookmark', action: 'add', modelId: row.id, title: row.name, after: values }]);
    return row;
  });
}

/** Changes a link of one's own. */
export function editBookmark(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  body: JsonObject,
): Promise<BookmarkRow> {
  return magpie.database.as(viewer, async (tx) => {
    const before = await lockOwn(tx, viewer, id);
    const values = readValues(viewer, body, before);
    const row = await tx.first<BookmarkRow>(
      `update visible_bookmarks set name = $2, url = $3, comment = $4, exposed_to_org = $5 where id = $1 returning *`,
      [before.id, values.name, values.url, values.comment, values.exposed_to_org],
    );
    const change = difference({ ...before }, values);
    if (change) {
      await recordChanges(tx, [
        { model: 'Bookmark', action: 'edit', modelId: before.id, title: values.name, ...change },
      ]);
    }
    return row ?? before;
  });
}

/** Deletes a link of one's own. */
export function removeBookmark(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.as(viewer, async (tx) => {
    const row = await lockOwn(tx, viewer, id);
    await tx.execute('delete from visible_bookmarks where id = $1', [row.id]);
    await recordChanges(tx, [{ model: 'Bookmark', action: 'delete', modelId: row.id, title: row.name }]);
    return row.id;
  });
}

async function lockOwn(tx: Transaction, viewer: Viewer, id: number | null): Promise<BookmarkRow> {
  const row = await tx.first<BookmarkRow>(
    'select * from visible_bookmarks where id = $1 and (user_id = $2 or $3) for update',
    [id, viewer.userId, isSiteAdmin(viewer)],
  );
  if (row === null) throw new NotFound(NO_BOOKMARK);
  return row;
}

function readValues(viewer: Viewer, body: JsonObject, before: BookmarkRow | null) {
  const name = (readText(body, 'name') ?? before?.name ?? '').trim();
  const url = (readText(body, 'url') ?? before?.url ?? '').trim();
  const errors: Record<string, string[]> = {};
  if (name === '' || name.length > MAX_TEXT) errors.name = ['A name of at most 191 characters is expected.'];
  if (!isLink(url)) errors.url = ['A web address or a path on this instance is expected.'];
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  const mayExpose = viewer.flags.has('perm_admin') || isSiteAdmin(viewer);
  const wanted = readBoolean(body.exposed_to_org) ?? before?.exposed_to_org ?? false;
  return {
    name,
    url,
    comment: (readText(body, 'comment') ?? before?.comment ?? '').slice(0, 65_535),
    exposed_to_org: mayExpose && wanted,
  };
}

/** Never a scheme that a browser would run. */
function isLink(url: string): boolean {
  if (url.length > MAX_URL) return false;
  if (/^\/(?![/\\])/.test(url)) return true;
  return /^https?:\/\//i.test(url) && URL.canParse(url);
}
