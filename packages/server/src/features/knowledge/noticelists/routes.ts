import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readBoolean, readId } from '../../../http/lenient.ts';
import { filterRows, filtersOf } from '../../../http/list-filters.ts';
import type { Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../content/run-update.ts';
import { type NoticelistRow, selectEntries, selectNoticelist, selectNoticelists } from './queries.ts';

type Wire = Record<string, unknown>;

const filters = filtersOf<NoticelistRow>(
  ['id', 'name', 'expanded_name', 'version', 'enabled'],
  ['name', 'expanded_name'],
);

/** Noticelists: reading, switching, updating. */
export function noticelistOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'noticelists.index',
      summary: 'Noticelists',
      path: '/noticelists/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) =>
          json(
            filterRows(call, 'Noticelist', await selectNoticelists(tx), filters).map((list) => ({
              Noticelist: noticelistWire(list),
            })),
          ),
        ),
    },
    {
      name: 'noticelists.view',
      summary: 'A noticelist with its notices',
      path: '/noticelists/view/{noticelist?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => json(await viewNoticelist(tx, readId(call.args.noticelist)))),
    },
    {
      name: 'noticelists.preview_entries',
      summary: 'The notices of a list alone',
      path: '/noticelists/preview_entries/{noticelist?}',
      aliases: ['/noticelists/previewEntries/{noticelist?}'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const { Noticelist } = await viewNoticelist(tx, readId(call.args.noticelist));
          return json(Noticelist.NoticelistEntry);
        }),
    },
    {
      name: 'noticelists.toggleEnable',
      summary: 'Switch a noticelist on or off',
      path: '/noticelists/toggleEnable/{noticelist?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Noticelist',
      async handle(call) {
        const list = await switchNoticelist(magpie, call.viewer, readId(call.args.noticelist), undefined);
        return success(`Noticelist ${list.enabled ? 'enabled' : 'disabled'}.`, { id: String(list.id) });
      },
    },
    {
      name: 'noticelists.enableNoticelist',
      summary: 'Switch a noticelist on (with /true) or off',
      path: '/noticelists/enableNoticelist/{noticelist?}/{enable?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Noticelist',
      async handle(call) {
        const enable = readBoolean(call.args.enable?.toLowerCase()) ?? false;
        const list = await switchNoticelist(magpie, call.viewer, readId(call.args.noticelist), enable);
        // MISP redirects to the view, which clients follow; this is what they then get.
        return magpie.database.as(call.viewer, async (tx) => json(await viewNoticelist(tx, list.id)));
      },
    },
    {
      name: 'noticelists.update',
      summary: 'Read new noticelists from the configured source',
      path: '/noticelists/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Noticelist',
      async handle(call) {
        const { updated } = await runContentUpdate(magpie, call.viewer, 'noticelists', false);
        return success(
          updated === 0 ? 'All noticelists are up to date already.' : `Successfully updated ${updated} noticelists.`,
        );
      },
    },
  ];
}

async function viewNoticelist(
  tx: Transaction,
  id: number | null,
): Promise<{ Noticelist: Wire & { NoticelistEntry: Wire[] } }> {
  const list = id === null ? null : await selectNoticelist(tx, id);
  if (list === null) throw new NotFound('Invalid Noticelist.');
  const entries = await selectEntries(tx, list.id);
  const NoticelistEntry = entries.map((entry) => ({
    id: String(entry.id),
    noticelist_id: String(list.id),
    data: entry.data,
  }));
  return { Noticelist: { ...noticelistWire(list), NoticelistEntry } };
}

function noticelistWire(list: NoticelistRow): Wire {
  return {
    id: String(list.id),
    name: list.name,
    expanded_name: list.expanded_name,
    ref: list.ref,
    geographical_area: list.geographical_area,
    version: String(list.version),
    enabled: list.enabled,
  };
}

/** Without a value the list is flipped. Returns the list as it is now. */
function switchNoticelist(
  magpie: Magpie,
  viewer: Viewer,
  id: number | null,
  value: boolean | undefined,
): Promise<NoticelistRow> {
  return magpie.database.asSystem('toggle noticelist', async (tx) => {
    const list = id === null ? null : await selectNoticelist(tx, id);
    if (list === null) throw new NotFound('Invalid Noticelist.');
    const enabled = value ?? !list.enabled;
    if (enabled === list.enabled) return list;
    await tx.execute('update noticelists set enabled = $2 where id = $1', [list.id, enabled]);
    const change = { model: 'Noticelist', action: 'edit', modelId: list.id, title: list.name };
    await recordChanges(tx, [{ ...change, before: { enabled: !enabled }, after: { enabled } }], viewer);
    return { ...list, enabled };
  });
}
