import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { databaseTime } from '../database-time.ts';
import { isApplicationAction } from './actions.ts';
import { type eventHistoryWire, shownModel, storedModels } from './audit-wire.ts';
import {
  addIdFilter,
  addOrganisationFilter,
  addTextFilter,
  addTimeFilter,
  addUserFilter,
  ownScope,
  readGivenFilters,
  readPage,
  type Where,
} from './filters.ts';
import { selectEventHistory, streamLog } from './queries.ts';
import { filtersOfForm } from './search-form.ts';
import { changeText, logWire } from './wire.ts';

const NO_FILTERS = 'Either specify the search terms in the url, or POST a json with the filter parameters.';
const BATCH = 500;
const EVENT_PAGE = 60;

const text = Type.Optional(Type.String());
const filters = Type.Object({
  id: text,
  title: text,
  created: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Array(Type.Unknown())])),
  model: text,
  model_id: text,
  action: text,
  user_id: text,
  change: text,
  email: text,
  org: text,
  description: text,
  ip: text,
  page: Type.Optional(Type.Integer()),
  limit: Type.Optional(Type.Integer()),
});

/** Fields of MISP's form of search. */
const searchFields = {
  ...{ email: text, org: text, ip: text, action: text, model: text, model_id: text, title: text, change: text },
  ...{ from: text, to: text, from_time: text, to_time: text },
};

/** MISP's `logs`, read from the change log. */
export function logOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/logs.index',
      summary:
        'Entries of the log by id (direction desc: newest first): one’s own, the organisation’s or all, as the role allows',
      path: '/admin/logs/index',
      aliases: ['/admin/logs', '/logs/index', '/logs'],
      methods: ['GET', 'POST'],
      permission: 'perm_audit',
      effect: 'read',
      body: filters,
      handle: (call) => {
        const given = readGivenFilters(call, 'Log');
        if (call.method === 'POST' && Object.keys(given).length === 0) throw new BadRequest(NO_FILTERS);
        return streamedJson(logTexts(magpie, call.viewer, given));
      },
    },
    {
      name: 'admin/logs.search',
      summary: 'Entries of the log as the form of MISP asks for them: words in titles and changes, days from and to',
      path: '/admin/logs/search/{search?}',
      aliases: ['/logs/search/{search?}'],
      methods: ['GET', 'POST'],
      permission: 'perm_audit',
      effect: 'read',
      body: Type.Object({ ...searchFields, page: Type.Optional(Type.Integer()), limit: Type.Optional(Type.Integer()) }),
      handle: (call) => {
        const given = filtersOfForm(readGivenFilters(call, 'Log'));
        return streamedJson(logTexts(magpie, call.viewer, given));
      },
    },
    {
      name: 'logs.event_index',
      summary: 'The log of one event, newest first, in pages of 60',
      path: '/logs/event_index/{event}/{organisation?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args, named }) => {
        const page = readPage({ ...named, limit: EVENT_PAGE }, { defaultLimit: EVENT_PAGE, maxLimit: EVENT_PAGE });
        const rows = await magpie.database.as(viewer, async (tx) => {
          const event = await findEvent(tx, args.event);
          if (event === null) throw new NotFound('Invalid event.');
          const where: Where = { conditions: ['c.event_id = $1'], values: [event.id] };
          if (keepsAuditApart(magpie)) where.conditions.push(isApplicationAction);
          await addOrganisationFilter(tx, where, args.organisation);
          return selectEventHistory(tx, where, page);
        });
        if (rows.length === 0 && page.offset > 0) throw new NotFound('Not Found');
        return json({ Log: rows.map(eventLogWire) });
      },
    },
  ];
}

/** With MISP.log_new_audit changes of things are told in the audit log alone. */
function keepsAuditApart(magpie: Magpie): boolean {
  return magpie.settings.get('MISP.log_new_audit');
}

async function* logTexts(magpie: Magpie, viewer: Viewer, given: Record<string, unknown>): AsyncGenerator<string> {
  const showAddress = magpie.settings.get('MISP.log_client_ip');
  const page = {
    ...readPage(given, { defaultLimit: null, maxLimit: null }),
    newestFirst: typeof given.direction === 'string' && given.direction.toLowerCase() === 'desc',
  };
  let separator = '[';
  const batches = magpie.database.stream(viewer, async function* (tx) {
    yield* streamLog(tx, await readWhere(magpie, tx, viewer, given), page, BATCH);
  });
  for await (const rows of batches) {
    yield separator + rows.map((row) => JSON.stringify(logWire(row, showAddress))).join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function readWhere(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  given: Record<string, unknown>,
): Promise<Where> {
  const where = ownScope(viewer);
  if (keepsAuditApart(magpie)) where.conditions.push(isApplicationAction);
  addIdFilter(where, 'c.id', given.id);
  addIdFilter(where, 'c.model_id', given.model_id);
  addIdFilter(where, 'c.user_id', given.user_id);
  addTextFilter(where, 'c.model', withStored(given.model));
  addTextFilter(where, 'c.action', given.action);
  addTextFilter(where, 'c.ip', given.ip);
  addTextFilter(where, 'log_title(c.model, c.model_id, c.event_id, c.action, c.title)', given.title);
  addTextFilter(where, `concat(c.before, c.after)`, given.change);
  const description = 'log_description(c.model, c.model_id, c.action, c.title, c.email, c.user_id)';
  addTextFilter(where, description, given.description);
  await addUserFilter(tx, where, given.email);
  await addOrganisationFilter(tx, where, given.org);
  await addTimeFilter(tx, where, given.created, magpie.now());
  return where;
}

function withStored(model: unknown): unknown {
  if (model === undefined || model === null || model === '') return model;
  return storedModels((Array.isArray(model) ? model : [model]).map(String));
}

function eventLogWire(row: Parameters<typeof eventHistoryWire>[0]): Record<string, unknown> {
  return {
    title: row.title,
    created: databaseTime(row.at),
    model: shownModel(row.model),
    model_id: String(row.model_id),
    action: row.action,
    change: changeText(row),
    org: row.org_name,
    email: row.email ?? '',
  };
}
