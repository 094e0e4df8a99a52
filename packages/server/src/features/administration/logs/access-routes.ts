import { parseTimeFilter, readUuid } from '@magpie/model';
import Type from 'typebox';
import { isSiteAdmin } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, NotFound, Refused } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { readBoolean, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { databaseTime } from '../database-time.ts';
import { addIdFilter, addTextFilter, bind, readGivenFilters, readPage, type Where } from './filters.ts';
import { partsOfKeptBody } from './kept-body.ts';

const MAX_ENTRIES = 10_000;
/** Entries whose bodies are read at once. */
const BODIES_AT_ONCE = 50;

interface AccessRow {
  id: number;
  created: Date;
  user_id: number;
  org_id: number;
  authkey_id: number | null;
  ip: string | null;
  request_method: string;
  user_agent: string | null;
  request_id: string | null;
  controller: string;
  action: string;
  url: string;
  response_code: number;
  duration: number;
  has_body: boolean;
  email: string | null;
  org_name: string | null;
  org_uuid: string | null;
}

/** Requests that were kept because somebody is monitored; nothing is kept unless the instance is set so. */
export function accessLogOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/access_logs.index',
      summary: 'Kept requests, newest first, at most 10,000 a page',
      path: '/admin/access_logs/index',
      aliases: ['/admin/access_logs', '/access_logs/index', '/access_logs'],
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'AccessLog');
        const where = readWhere(given, magpie.now());
        const { limit, offset } = readPage(given, { defaultLimit: MAX_ENTRIES, maxLimit: MAX_ENTRIES });
        const rows = await magpie.database.asSystem('access log', (tx) =>
          tx.query<AccessRow>(
            `select ${COLUMNS}, c.request is not null as has_body, u.email, o.name as org_name, o.uuid as org_uuid
             from access_logs c
             left join users u on u.id = c.user_id left join organisations o on o.id = c.org_id
             ${where.conditions.length > 0 ? `where ${where.conditions.join(' and ')}` : ''}
             order by c.id desc limit ${Number(limit)} offset ${Number(offset)}`,
            where.values,
          ),
        );
        return streamedJson(accessTexts(magpie, rows));
      },
    },
    {
      name: 'admin/access_logs.request',
      summary: 'The body of a kept request',
      path: '/admin/access_logs/request/{entry}',
      aliases: ['/access_logs/admin_request/{entry}'],
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ args }) => {
        const id = readId(args.entry);
        const body = id === null ? undefined : (await readBodies(magpie, [id])).get(id);
        if (body === undefined) throw new NotFound('Access log not found');
        return json(bodyWire(body));
      },
    },
    {
      name: 'admin/users.monitor_state',
      summary: 'Whether the requests of a user are kept',
      path: '/admin/users/monitor/{user}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ args }) => json((await monitoredState(magpie, readId(args.user))) ? 0 : 1),
    },
    {
      name: 'admin/users.monitor',
      summary: 'Keep the requests of a user (value 1) or stop (0)',
      path: '/admin/users/monitor/{user}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'User',
      body: Type.Object({ value: Type.Integer() }),
      handle: async ({ viewer, args, body }) => {
        if (!isSiteAdmin(viewer)) throw new NotFound('Invalid user');
        if (!magpie.settings.get('Security.user_monitoring_enabled')) {
          throw new Refused('User monitoring is not enabled on this instance.');
        }
        const wanted = readBoolean(unwrap(body, 'User').value);
        if (wanted === undefined) throw new BadRequest('Expected value to be 0 or 1.');
        const id = readId(args.user);
        const before = await monitoredState(magpie, id);
        await magpie.database.asSystem('monitor user', async (tx) => {
          await tx.execute('update users set monitored = $2 where id = $1', [id, wanted]);
          const change = { before: { monitored: before }, after: { monitored: wanted } };
          await recordChanges(tx, [{ model: 'User', action: 'edit', modelId: id ?? 0, ...change }], viewer);
        });
        await magpie.accounts.changed();
        return json(before ? 0 : 1);
      },
    },
  ];
}

async function monitoredState(magpie: Magpie, id: number | null): Promise<boolean> {
  const row = await magpie.database.asSystem('monitored user', (tx) =>
    tx.first<{ monitored: boolean }>('select monitored from users where id = $1', [id]),
  );
  if (row === null) throw new NotFound('Invalid user');
  return row.monitored;
}

function readWhere(given: Record<string, unknown>, nowSeconds: number): Where {
  const where: Where = { conditions: [], values: [] };
  for (const column of ['id', 'user_id', 'org_id', 'authkey_id', 'response_code']) {
    addIdFilter(where, `c.${column}`, given[column]);
  }
  for (const column of ['ip', 'request_method', 'controller', 'action', 'url', 'user_agent']) {
    addTextFilter(where, `c.${column}`, given[column]);
  }
  addTextFilter(where, 'c.request_id::text', given.request_id);
  addOwnerFilter(where, given.user, { id: 'c.user_id', name: 'u.email' });
  addOwnerFilter(where, given.org, { id: 'c.org_id', uuid: 'o.uuid::text', name: 'o.name' });
  const duration = readId(given.duration);
  if (duration !== null) where.conditions.push(`c.duration >= ${bind(where, duration)}`);
  const isApi = readBoolean(given.api_request);
  if (isApi !== undefined) where.conditions.push(`(c.authkey_id is not null) = ${bind(where, isApi)}`);
  const range = parseTimeFilter(given.created, nowSeconds);
  if (range === 'invalid') throw new BadRequest('Invalid value of created.');
  if (range.from !== null) where.conditions.push(`c.created >= to_timestamp(${bind(where, range.from)})`);
  if (range.to !== null) where.conditions.push(`c.created < to_timestamp(${bind(where, range.to + 1)})`);
  return where;
}

/** Whose requests: by id, uuid or name; 0 and `SYSTEM` are the program itself. */
function addOwnerFilter(where: Where, given: unknown, columns: { id: string; uuid?: string; name: string }): void {
  const wanted = (readList(given) ?? []).map((value) => (value === 'SYSTEM' ? '0' : String(value)));
  if (wanted.length === 0) return;
  if (wanted.every((text) => /^\d+$/.test(text))) addIdFilter(where, columns.id, wanted);
  else if (columns.uuid && wanted.every((text) => readUuid(text) !== null)) addTextFilter(where, columns.uuid, wanted);
  else addTextFilter(where, columns.name, wanted);
}

// Bodies apart: they are read for some entries at a time.
const COLUMNS = [
  ...['id', 'created', 'user_id', 'org_id', 'authkey_id', 'ip', 'request_method', 'user_agent', 'request_id'],
  ...['controller', 'action', 'url', 'response_code', 'duration'],
]
  .map((column) => `c.${column}`)
  .join(', ');

async function* accessTexts(magpie: Magpie, rows: readonly AccessRow[]): AsyncGenerator<string> {
  let separator = '[';
  for (let start = 0; start < rows.length; start += BODIES_AT_ONCE) {
    const part = rows.slice(start, start + BODIES_AT_ONCE);
    const bodies = await readBodies(
      magpie,
      part.filter((row) => row.has_body).map(({ id }) => id),
    );
    yield separator + part.map((row) => JSON.stringify(accessWire(row, bodies.get(row.id)))).join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function readBodies(magpie: Magpie, ids: readonly number[]): Promise<Map<number, Buffer>> {
  if (ids.length === 0) return new Map();
  const rows = await magpie.database.asSystem('bodies in the access log', (tx) =>
    tx.query<{ id: number; request: Buffer }>(
      'select id, request from access_logs where id = any ($1::bigint[]) and request is not null',
      [ids],
    ),
  );
  return new Map(rows.map(({ id, request }) => [id, request]));
}

/** Bodies are unpacked before they are kept, so that there is no encoding. */
function bodyWire(stored: Buffer): Record<string, unknown> {
  const { contentType, body } = partsOfKeptBody(stored);
  return { request: body.toString('base64'), request_content_type: contentType, request_content_encoding: '' };
}

function accessWire(row: AccessRow, body: Buffer | undefined): Record<string, unknown> {
  const { email, org_name, org_uuid, created, has_body: _hasBody, ...entry } = row;
  return {
    AccessLog: {
      ...entry,
      id: String(row.id),
      created: `${databaseTime(created)}.${String(created.getUTCMilliseconds()).padStart(3, '0')}0`,
      user_id: String(row.user_id),
      org_id: String(row.org_id),
      authkey_id: row.authkey_id === null ? null : String(row.authkey_id),
      response_code: String(row.response_code),
      duration: row.duration,
      ...(body === undefined ? {} : bodyWire(body)),
    },
    User: { id: String(row.user_id), email, org_id: String(row.org_id) },
    Organisation: { id: String(row.org_id), name: org_name, uuid: org_uuid },
  };
}
