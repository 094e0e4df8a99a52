import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { isAuditedAction } from './actions.ts';
import { auditWire, changeWire, eventHistoryWire, storedActions, storedModels } from './audit-wire.ts';
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
import { selectAudit, selectEventHistory } from './queries.ts';

const PAGE = 60;
const MAX_PAGE = 100;

const text = Type.Optional(Type.String());
const filters = Type.Object({
  ip: text,
  user: text,
  request_id: text,
  authkey_id: text,
  model: text,
  model_id: text,
  event_id: text,
  model_title: text,
  action: text,
  org: text,
  created: Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Array(Type.Unknown())])),
  request_type: text,
  page: Type.Optional(Type.Integer()),
  limit: Type.Optional(Type.Integer()),
});

/** MISP's `audit_logs`, read from the change log: who changed what, with old and new values. */
export function auditLogOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/audit_logs.index',
      summary: 'Changes, newest first: one’s own, the organisation’s or all, as the role allows',
      path: '/admin/audit_logs/index',
      aliases: ['/admin/audit_logs', '/audit_logs/index', '/audit_logs'],
      methods: ['GET', 'POST'],
      permission: 'perm_audit',
      effect: 'read',
      body: filters,
      handle: async (call) => {
        const given = readGivenFilters(call, 'AuditLog');
        const page = readPage(given, { defaultLimit: PAGE, maxLimit: MAX_PAGE });
        const rows = await magpie.database.as(call.viewer, async (tx) =>
          selectAudit(tx, await readWhere(magpie, tx, call, given), page),
        );
        if (rows.length === 0 && page.offset > 0) throw new NotFound('Not Found');
        const showAddress = magpie.settings.get('MISP.log_client_ip');
        return json(rows.map((row) => auditWire(row, showAddress)));
      },
    },
    {
      name: 'audit_logs.eventIndex',
      summary: 'The history of one event, newest first, as far as one sees what was changed',
      path: '/audit_logs/eventIndex/{event}/{organisation?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const page = readPage(readGivenFilters(call, 'AuditLog'), { defaultLimit: PAGE, maxLimit: MAX_PAGE });
        const rows = await magpie.database.as(call.viewer, async (tx) => {
          const event = await findEvent(tx, call.args.event);
          if (event === null) throw new NotFound('Invalid event.');
          const where: Where = { conditions: ['c.event_id = $1', isAuditedAction], values: [event.id] };
          await addOrganisationFilter(tx, where, call.args.organisation);
          return selectEventHistory(tx, where, page);
        });
        if (rows.length === 0 && page.offset > 0) throw new NotFound('Not Found');
        return json(rows.map(eventHistoryWire));
      },
    },
    {
      name: 'audit_logs.fullChange',
      summary: 'Old and new values of one change',
      path: '/audit_logs/fullChange/{entry}',
      aliases: ['/admin/audit_logs/fullChange/{entry}'],
      methods: ['GET'],
      permission: 'perm_audit',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const where = ownScope(viewer);
        addIdFilter(where, 'c.id', readId(args.entry) ?? 'none');
        const [row] = await magpie.database.as(viewer, (tx) => selectAudit(tx, where, { limit: 1, offset: 0 }));
        if (row === undefined) throw new NotFound('Log not found.');
        return json(changeWire(row));
      },
    },
  ];
}

async function readWhere(magpie: Magpie, tx: Transaction, call: Call, given: Record<string, unknown>): Promise<Where> {
  const where = ownScope(call.viewer);
  where.conditions.push(isAuditedAction);
  addIdFilter(where, 'c.auth_key_id', given.authkey_id);
  addIdFilter(where, 'c.event_id', given.event_id);
  addModelFilter(where, given);
  addTextFilter(where, 'c.title', given.model_title);
  addTextFilter(where, 'c.ip', given.ip);
  addTextFilter(where, 'c.request_id::text', given.request_id);
  addTextFilter(where, 'c.action', asList(given.action, storedActions));
  addRequestType(where, given.request_type);
  await addUserFilter(tx, where, given.user);
  await addOrganisationFilter(tx, where, given.org);
  await addTimeFilter(tx, where, given.created, magpie.now());
  return where;
}

/** Tags of an event are told as changes of the event, whose id they name. */
function addModelFilter(where: Where, given: Record<string, unknown>): void {
  const isEvent = given.model === 'Event';
  if (isEvent && given.model_id !== undefined) {
    addTextFilter(where, 'c.model', ['Event', 'EventTag']);
    addIdFilter(where, 'c.event_id', given.model_id);
    return;
  }
  addTextFilter(where, 'c.model', isEvent ? ['Event', 'EventTag'] : asList(given.model, storedModels));
  addIdFilter(where, 'c.model_id', given.model_id);
}

function asList(given: unknown, translate: (wanted: readonly string[]) => string[]): unknown {
  if (given === undefined || given === null || given === '') return given;
  return translate((Array.isArray(given) ? given : [given]).map(String));
}

/** 0 a browser, 1 an API key, 2 the program itself. */
function addRequestType(where: Where, given: unknown): void {
  const conditions: Readonly<Record<string, string>> = {
    '0': '(c.auth_key_id is null and c.user_id <> 0)',
    '1': 'c.auth_key_id is not null',
    '2': '(c.auth_key_id is null and c.user_id = 0)',
  };
  if (given === undefined || given === null || given === '') return;
  where.conditions.push(conditions[String(given)] ?? 'false');
}
