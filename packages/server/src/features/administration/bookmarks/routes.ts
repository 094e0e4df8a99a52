import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import { filterRows, filtersOf } from '../../../http/list-filters.ts';
import type { Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../logs/filters.ts';
import {
  addBookmark,
  type BookmarkRow,
  editBookmark,
  type ListedBookmarkRow,
  listBookmarks,
  removeBookmark,
} from './service.ts';

const MAX_PAGE = 1000;

const bookmarkBody = Type.Object({
  name: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  comment: Type.Optional(Type.String()),
  exposed_to_org: Type.Optional(Type.Union([Type.Boolean(), Type.Integer(), Type.String()])),
});
const optional = ['comment', 'exposed_to_org'];

const filters = filtersOf<ListedBookmarkRow>(
  ['id', 'name', 'url', 'comment', 'exposed_to_org'],
  ['name', 'url', 'comment'],
);

/** Links that users keep for themselves, or that an administrator shows to the organisation. */
export function bookmarkOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'bookmarks.index',
      summary: 'Bookmarks of oneself (scope:mine) and of the organisation (scope:org)',
      path: '/bookmarks/index',
      aliases: ['/bookmarks'],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'Bookmark');
        const { limit, offset } = readPage(given, { defaultLimit: MAX_PAGE, maxLimit: MAX_PAGE });
        const scope = typeof given.scope === 'string' ? given.scope : '';
        const rows = await magpie.database.as(call.viewer, (tx) =>
          listBookmarks(tx, call.viewer, { scope, id: null }, { limit: limit ?? MAX_PAGE, offset }),
        );
        return json(filterRows(call, 'Bookmark', rows, filters).map(listedWire));
      },
    },
    {
      name: 'bookmarks.view',
      summary: 'Show a bookmark',
      path: '/bookmarks/view/{bookmark}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const id = readId(args.bookmark);
        const [row] =
          id === null
            ? []
            : await magpie.database.as(viewer, (tx) =>
                listBookmarks(tx, viewer, { scope: '', id }, { limit: 1, offset: 0 }),
              );
        if (row === undefined) throw new NotFound('Invalid Bookmark.');
        return json(listedWire(row));
      },
    },
    {
      name: 'bookmarks.add',
      summary: 'Keep a link',
      path: '/bookmarks/add',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'bookmark',
      body: bookmarkBody,
      describe: { description: 'POST a bookmark to this API to keep it.', mandatory: ['name', 'url'], optional },
      handle: async ({ viewer, body }) =>
        json({ Bookmark: bookmarkWire(await addBookmark(magpie, viewer, unwrap(body, 'Bookmark'))) }),
    },
    {
      name: 'bookmarks.edit',
      summary: 'Change a bookmark of one’s own',
      path: '/bookmarks/edit/{bookmark}',
      methods: ['POST', 'PUT'],
      permission: 'any',
      effect: 'write',
      model: 'bookmark',
      body: bookmarkBody,
      describe: { description: 'POST a bookmark to this API to change it.', optional: ['name', 'url', ...optional] },
      handle: async ({ viewer, args, body }) =>
        json({
          Bookmark: bookmarkWire(await editBookmark(magpie, viewer, readId(args.bookmark), unwrap(body, 'Bookmark'))),
        }),
    },
    {
      name: 'bookmarks.delete',
      summary: 'Delete a bookmark of one’s own',
      path: '/bookmarks/delete/{bookmark}',
      methods: ['POST', 'DELETE'],
      permission: 'any',
      effect: 'write',
      model: 'bookmark',
      handle: async ({ viewer, args }) =>
        success('Bookmark deleted.', { id: await removeBookmark(magpie, viewer, readId(args.bookmark)) }),
    },
  ];
}

function bookmarkWire(row: BookmarkRow): Record<string, unknown> {
  return {
    id: String(row.id),
    user_id: String(row.user_id),
    org_id: String(row.org_id),
    name: row.name,
    url: row.url,
    exposed_to_org: row.exposed_to_org,
    comment: row.comment,
  };
}

function listedWire(row: ListedBookmarkRow): Record<string, unknown> {
  return {
    Bookmark: bookmarkWire(row),
    Organisation: { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid },
    User: { id: String(row.user_id), email: row.email, org_id: String(row.org_id) },
  };
}
