import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { type Answer, json, redirect, success } from '../../../http/answer.ts';
import { unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { databaseTime } from '../../administration/database-time.ts';
import {
  addIdFilter,
  addTextFilter,
  bind,
  readGivenFilters,
  readPage,
  type Where,
} from '../../administration/logs/filters.ts';
import { eventRuleOperations } from './event-rules.ts';
import { type BlocklistKind, blocklistKinds } from './kinds.ts';
import { type BlocklistRow, selectEntries } from './queries.ts';
import { addEntries, editEntry, removeEntry, requireManager } from './service.ts';

const BATCH = 1000;

/** What is not taken in: events, organisations, sightings of organisations, clusters, analyst data. */
export function blocklistOperations(magpie: Magpie): Operation[] {
  return [...blocklistKinds.flatMap((kind) => operationsOf(magpie, kind)), ...eventRuleOperations(magpie)];
}

function operationsOf(magpie: Magpie, kind: BlocklistKind): Operation[] {
  const texts = Object.fromEntries(
    ['comment', ...kind.textColumns].map((name) => [name, Type.Optional(Type.String())]),
  );
  const what = kind.model.replace(/Blocklist$/, '');
  const permission = kind.forHost ? 'perm_add' : 'perm_site_admin';

  /** Only for managers, and only while the list is in use: then MISP sends to the start page. */
  const guarded = (handle: (call: Call) => Promise<Answer>) => async (call: Call) => {
    requireManager(magpie, call.viewer, kind);
    if (kind.setting !== null && magpie.settings.get(kind.setting) === false) return redirect('/');
    return handle(call);
  };

  return [
    {
      name: `${kind.controller}.index`,
      summary: `List the blocklist: ${what}`,
      path: `/${kind.controller}/index`,
      aliases: [`/${kind.controller}`],
      methods: ['GET', 'POST'],
      permission,
      effect: 'read',
      handle: guarded((call) => streamedJson(entryTexts(magpie, kind, call))),
    },
    {
      name: `${kind.controller}.add`,
      summary: `Block uuids: ${what}`,
      path: `/${kind.controller}/add`,
      methods: ['POST', 'PUT'],
      permission,
      effect: 'write',
      model: kind.model,
      body: Type.Object({ uuids: Type.Union([Type.Array(Type.String()), Type.String()]), ...texts }),
      describe: {
        description: 'POST a list of uuids to this API to put them on the blocklist.',
        mandatory: ['uuids'],
        optional: ['comment', ...kind.textColumns],
      },
      handle: guarded(async ({ viewer, body }) => {
        const result = await addEntries(magpie, viewer, kind, unwrap(body, kind.model));
        const message = `Done. Added ${result.successes.length} new entries to the blocklist. ${result.fails.length} entries could not be saved.`;
        return json({ result, message });
      }),
    },
    {
      name: `${kind.controller}.edit`,
      summary: `Change the texts of a blocklist entry: ${what}`,
      path: `/${kind.controller}/edit/{entry}`,
      methods: ['POST', 'PUT'],
      permission,
      effect: 'write',
      model: kind.model,
      body: Type.Object(texts),
      describe: {
        description: 'POST the texts of a blocklist entry to this API to change them.',
        optional: ['comment', ...kind.textColumns],
      },
      handle: guarded(async ({ viewer, args, body }) => {
        const row = await editEntry(magpie, viewer, kind, args.entry, unwrap(body, kind.model));
        return json({ [kind.model]: entryWire(kind, row) });
      }),
    },
    {
      name: `${kind.controller}.delete`,
      summary: `Take an entry off the blocklist: ${what}`,
      path: `/${kind.controller}/delete/{entry}`,
      methods: ['POST', 'DELETE'],
      permission,
      effect: 'write',
      model: kind.model,
      handle: guarded(async ({ viewer, args }) => {
        await removeEntry(magpie, viewer, kind, args.entry);
        return success('Blocklist entry removed', { id: args.entry ?? '' });
      }),
    },
  ];
}

async function* entryTexts(magpie: Magpie, kind: BlocklistKind, call: Call): AsyncGenerator<string> {
  const given = readGivenFilters(call, kind.model);
  const where = readWhere(kind, given);
  const page = readPage(given, { defaultLimit: null, maxLimit: null });
  let separator = '[';
  let left = page.limit ?? Number.POSITIVE_INFINITY;
  let afterId = 0;
  while (left > 0) {
    const limit = Math.min(BATCH, left);
    const from = { afterId, limit, offset: afterId === 0 ? page.offset : 0 };
    const rows = await magpie.database.asSystem('blocklist', (tx) => selectEntries(tx, kind, where, from));
    if (rows.length > 0) {
      yield separator + rows.map((row) => JSON.stringify(entryWire(kind, row))).join(',');
      separator = ',';
    }
    if (rows.length < limit) break;
    left -= rows.length;
    afterId = rows.at(-1)?.id ?? afterId;
  }
  yield separator === '[' ? '[]' : ']';
}

function readWhere(kind: BlocklistKind, given: Record<string, unknown>): Where {
  const where: Where = { conditions: [], values: [] };
  addIdFilter(where, 'b.id', given.id);
  addTextFilter(where, `b.${kind.uuidColumn}::text`, given[kind.uuidColumn] ?? given.uuid);
  for (const column of ['comment', ...kind.textColumns]) addTextFilter(where, `b.${column}`, given[column]);
  const anywhere = given.searchall ?? given.quickFilter;
  if (typeof anywhere === 'string' && anywhere !== '') {
    const columns = ['comment', ...kind.textColumns, `${kind.uuidColumn}::text`].map((column) => `b.${column}`);
    where.conditions.push(
      `position(${bind(where, anywhere.toLowerCase())} in lower(concat_ws(' ', ${columns.join(', ')}))) > 0`,
    );
  }
  return where;
}

function entryWire(kind: BlocklistKind, row: BlocklistRow): Record<string, unknown> {
  const [first = '', ...others] = kind.textColumns;
  return {
    id: String(row.id),
    [kind.uuidColumn]: row[kind.uuidColumn],
    created: databaseTime(row.created),
    [first]: row[first],
    comment: row.comment,
    ...Object.fromEntries(others.map((column) => [column, row[column]])),
    ...(kind.counts
      ? {
          blocked_data: {
            blocked_amount: row.blocked_amount || false,
            blocked_last_time: row.blocked_last_time ?? false,
          },
        }
      : {}),
  };
}
