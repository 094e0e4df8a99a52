import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { json, redirect, success } from '../../../http/answer.ts';
import { type JsonObject, readBoolean, readId, readText, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../logs/filters.ts';

const PAGE = 60;
const MAX_PAGE = 1000;
const MAX_TITLE = 65_535;
const MAX_MESSAGE = 1_000_000;
const NO_NEWS = 'Invalid news item.';

interface NewsRow {
  id: number;
  title: string;
  message: string;
  user_id: number;
  date_created: number;
}

const newsBody = Type.Object({
  title: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
  anonymise: Type.Optional(Type.Union([Type.Boolean(), Type.Integer(), Type.String()])),
});

/** News for everybody on the instance. */
export function newsOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'news.index',
      summary: 'News, the latest first',
      path: '/news/index',
      aliases: ['/news', '/admin/news/index', '/admin/news'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => json(await listNews(magpie, call)),
    },
    {
      name: 'news.markRead',
      summary: 'Note that one has read the news',
      path: '/news/markRead',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      handle: async ({ viewer }) => {
        await magpie.database.asSystem('news read', (tx) =>
          tx.execute('update users set newsread = $2 where id = $1', [viewer.userId, magpie.now()]),
        );
        return success('News read.');
      },
    },
    {
      name: 'news.add',
      summary: 'Write news',
      path: '/news/add',
      aliases: ['/admin/news/add'],
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'News',
      body: newsBody,
      describe: { description: 'POST news to this API.', mandatory: ['title', 'message'], optional: ['anonymise'] },
      handle: async ({ viewer, body }) => {
        await addNews(magpie, viewer, unwrap(body, 'News'));
        return redirect('/news');
      },
    },
    {
      name: 'news.edit',
      summary: 'Change news',
      path: '/news/edit/{news}',
      aliases: ['/admin/news/edit/{news}'],
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'News',
      body: newsBody,
      handle: async ({ viewer, args, body }) => {
        await editNews(magpie, viewer, readId(args.news), unwrap(body, 'News'));
        return redirect('/news');
      },
    },
    {
      name: 'news.delete',
      summary: 'Delete news',
      path: '/news/delete/{news}',
      aliases: ['/admin/news/delete/{news}'],
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'News',
      handle: async ({ viewer, args }) =>
        success('News deleted.', { id: await removeNews(magpie, viewer, readId(args.news)) }),
    },
  ];
}

async function listNews(magpie: Magpie, call: Call): Promise<unknown[]> {
  const { limit, offset } = readPage(readGivenFilters(call, 'News'), { defaultLimit: PAGE, maxLimit: MAX_PAGE });
  const rows = await magpie.database.as(call.viewer, (tx) =>
    tx.query<NewsRow>('select * from visible_news order by date_created desc, id desc limit $1 offset $2', [
      limit,
      offset,
    ]),
  );
  return rows.map((row) => ({
    News: {
      id: String(row.id),
      title: row.title,
      message: row.message,
      user_id: String(row.user_id),
      date_created: String(row.date_created),
    },
  }));
}

function addNews(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<void> {
  const title = readText(body, 'title') ?? '';
  const message = readText(body, 'message') ?? '';
  refuseEmpty({ title, message });
  const userId = readBoolean(body.anonymise) ? 0 : viewer.userId;
  return magpie.database.asSystem('news', async (tx) => {
    const row = await tx.first<{ id: number }>(
      'insert into news (title, message, user_id, date_created) values ($1, $2, $3, $4) returning id',
      [title, message, userId, magpie.now()],
    );
    const change = { model: 'News', action: 'add', modelId: row?.id ?? 0, title };
    await recordChanges(tx, [{ ...change, after: { title, message } }], viewer);
  });
}

function editNews(magpie: Magpie, viewer: Viewer, id: number | null, body: JsonObject): Promise<void> {
  return magpie.database.asSystem('news', async (tx) => {
    const before = await tx.first<NewsRow>('select * from news where id = $1 for update', [id]);
    if (before === null) throw new NotFound(NO_NEWS);
    const title = readText(body, 'title') ?? before.title;
    const message = readText(body, 'message') ?? before.message;
    const userId = readBoolean(body.anonymise) ? 0 : before.user_id;
    refuseEmpty({ title, message });
    await tx.execute('update news set title = $2, message = $3, user_id = $4 where id = $1', [
      before.id,
      title,
      message,
      userId,
    ]);
    const change = difference({ ...before }, { title, message });
    if (change)
      await recordChanges(tx, [{ model: 'News', action: 'edit', modelId: before.id, title, ...change }], viewer);
  });
}

function removeNews(magpie: Magpie, viewer: Viewer, id: number | null): Promise<number> {
  return magpie.database.asSystem('news', async (tx) => {
    const row = await tx.first<NewsRow>('delete from news where id = $1 returning *', [id]);
    if (row === null) throw new NotFound(NO_NEWS);
    const change = { model: 'News', action: 'delete', modelId: row.id, title: row.title };
    await recordChanges(tx, [{ ...change, before: { title: row.title, message: row.message } }], viewer);
    return row.id;
  });
}

function refuseEmpty({ title, message }: { title: string; message: string }): void {
  const errors: Record<string, string[]> = {};
  if (title.trim() === '' || title.length > MAX_TITLE) errors.title = ['A title is expected.'];
  if (message.trim() === '' || message.length > MAX_MESSAGE) errors.message = ['A message is expected.'];
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
}
