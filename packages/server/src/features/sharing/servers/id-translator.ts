import { readUuid } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { isObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { tryFetch } from './remote-routes.ts';
import type { ServerRow } from './server-row.ts';

/** Instances asked for one event; more are not waited for. */
const MOST_SERVERS = 50;
const AT_ONCE = 10;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

/** What an instance calls an event that is known here. */
export function idTranslatorOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'servers.idTranslator',
      summary: 'The numbers that an event has here and on the instances it can be pulled from',
      path: '/servers/idTranslator/{event?}',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      body: Type.Object({ uuid: Type.Optional(Type.String()) }),
      handle: async (call) => json(await translate(magpie, call)),
    },
  ];
}

async function translate(magpie: Magpie, { viewer, args, body }: Call): Promise<Record<string, unknown>> {
  const sent = unwrap(body, 'Event');
  const { event, servers } = await magpie.database.as(viewer, async (tx) => ({
    event: await findEvent(tx, args.event ?? textOf(sent.uuid ?? sent.id)),
    servers: await tx.query<ServerRow>('select * from visible_servers where pull order by priority, id limit $1', [
      MOST_SERVERS,
    ]),
  }));
  if (event === null) throw new NotFound('Invalid event');
  const remote: Record<string, unknown>[] = [];
  for (let at = 0; at < servers.length; at += AT_ONCE) {
    const asked = servers.slice(at, at + AT_ONCE).map((server) => ask(magpie, server, event.uuid));
    remote.push(...(await Promise.all(asked)));
  }
  return { local_event: { id: String(event.id), uuid: event.uuid, info: event.info }, remote_events: remote };
}

async function ask(magpie: Magpie, server: ServerRow, uuid: string): Promise<Record<string, unknown>> {
  const place = { server_id: String(server.id), server_name: server.name, url: server.url };
  const body = { eventid: uuid };
  const asked = { method: 'POST', path: '/events/index', body, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES } as const;
  const answer = await tryFetch(magpie, server, asked);
  if ('error' in answer) return { ...place, remote_id: null, error: answer.error };
  const rows = Array.isArray(answer.value) ? answer.value : [];
  const found = rows.find((row) => isObject(row) && readUuid(row.uuid) === uuid);
  const id = isObject(found) ? readId(found.id) : null;
  return { ...place, remote_id: id === null ? null : String(id) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
