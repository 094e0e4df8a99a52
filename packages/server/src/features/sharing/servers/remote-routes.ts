import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Refused } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { isObject } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { updateServer } from './queries.ts';
import { askServer, type RemoteRequest } from './remote.ts';
import type { ServerRow } from './server-row.ts';
import { requireServer } from './service.ts';
import { testConnection } from './test-connection.ts';

const TIMEOUT_MS = 30_000;
const MAX_BYTES = 32 * 2 ** 20;
const ELEMENT = /^([1-9]\d{0,15}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$/;

/** What is asked of a connected instance while the caller waits. */
export function remoteServerOperations(magpie: Magpie): Operation[] {
  const permission = 'perm_site_admin';
  const stored = (viewer: Viewer, key: string | undefined) =>
    magpie.database.as(viewer, (tx) => requireServer(tx, key));
  return [
    {
      name: 'servers.testConnection',
      summary: 'Try out the connection to an instance',
      path: '/servers/testConnection/{server}',
      methods: ['GET', 'POST'],
      permission,
      effect: 'read',
      handle: async ({ viewer, args }) => json(await testConnection(magpie, await stored(viewer, args.server))),
    },
    {
      name: 'servers.getRemoteUser',
      summary: 'The user that this instance is at another one',
      path: '/servers/getRemoteUser/{server}',
      methods: ['GET', 'POST'],
      permission,
      effect: 'read',
      handle: async ({ viewer, args }) => json(await remoteUser(magpie, await stored(viewer, args.server))),
    },
    {
      name: 'servers.resetRemoteAuthKey',
      summary: 'Have the other instance make a new key, and keep it',
      path: '/servers/resetRemoteAuthKey/{server}',
      methods: ['POST'],
      permission,
      effect: 'write',
      model: 'Server',
      handle: async ({ viewer, args }) => {
        const server = await stored(viewer, args.server);
        await storeNewKey(magpie, viewer, server, await requestNewKey(magpie, server));
        return success('API key updated.', { id: String(server.id) });
      },
    },
    {
      name: 'servers.previewIndex',
      summary: 'The newest events of a connected instance',
      path: '/servers/previewIndex/{server}',
      methods: ['GET', 'POST'],
      permission,
      effect: 'read',
      handle: async ({ viewer, args, named }) => {
        const page = typeof named.page === 'string' && /^[1-9]\d{0,8}$/.test(named.page) ? named.page : '1';
        const path = `/events/index/sort:timestamp/direction:desc/page:${page}/limit:60`;
        return json(await fetched(magpie, await stored(viewer, args.server), { method: 'GET', path }));
      },
    },
    {
      name: 'servers.previewEvent',
      summary: 'One event of a connected instance',
      path: '/servers/previewEvent/{server}/{eventThere}',
      methods: ['GET', 'POST'],
      permission,
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const server = await stored(viewer, args.server);
        if (!ELEMENT.test(args.eventThere ?? '')) throw new BadRequest('Invalid event.');
        return json(await fetched(magpie, server, { method: 'GET', path: `/events/${args.eventThere}` }));
      },
    },
    {
      name: 'servers.queryAvailableSyncFilteringRules',
      summary: 'Organisations and tags of a connected instance, for its pull rules',
      path: '/servers/queryAvailableSyncFilteringRules/{server}',
      methods: ['GET', 'POST'],
      permission,
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const server = await stored(viewer, args.server);
        const asked = { method: 'GET', path: '/servers/getAvailableSyncFilteringRules' } as const;
        const data = await tryFetch(magpie, server, asked);
        return json('error' in data ? { error: data.error, data: [] } : { error: '', data: data.value });
      },
    },
  ];
}

async function remoteUser(magpie: Magpie, server: ServerRow): Promise<Record<string, unknown>> {
  const failed = { error: 'Could not fetch remote user account.' };
  const answer = await tryFetch(magpie, server, { method: 'GET', path: '/users/view/me.json' });
  if ('error' in answer || !isObject(answer.value)) return failed;
  const { User: user, Role: role } = answer.value;
  if (!isObject(user) || !isObject(role)) return failed;
  const expires = answer.headers['x-auth-key-expiration'];
  return {
    User: user.email,
    'Role name': role.name,
    'Sync flag': role.perm_sync === true ? 'Yes' : 'No',
    ...(expires === undefined ? {} : { 'Auth key expiration': expires }),
  };
}

async function requestNewKey(magpie: Magpie, server: ServerRow): Promise<string> {
  const answer = await tryFetch(magpie, server, { method: 'POST', path: '/users/resetauthkey/me', body: [] });
  const message = 'value' in answer && isObject(answer.value) ? String(answer.value.message) : '';
  const key = /: ([A-Za-z0-9]{40})$/.exec(message)?.[1];
  if (key === undefined) throw new Refused('The other instance gave no new key.');
  return key;
}

function storeNewKey(magpie: Magpie, viewer: Viewer, server: ServerRow, key: string): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    await updateServer(tx, server.id, { authkey: await magpie.secrets.seal(key) });
    const change = { model: 'Server', action: 'edit', modelId: server.id, title: server.name };
    await recordChanges(tx, [{ ...change, after: { authkey: '*****' } }]);
  });
}

async function fetched(magpie: Magpie, server: ServerRow, asked: RemoteRequest): Promise<unknown> {
  const answer = await tryFetch(magpie, server, asked);
  if ('error' in answer) throw new Refused(`Could not reach the server: ${answer.error}`);
  return answer.value;
}

/** JSON of the other instance, or a short text why there is none. */
export async function tryFetch(
  magpie: Magpie,
  server: ServerRow,
  asked: RemoteRequest,
): Promise<{ value: unknown; headers: Readonly<Record<string, string>> } | { error: string }> {
  try {
    const answer = await askServer(magpie, server, { timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES, ...asked });
    if (answer.status < 200 || answer.status > 299) {
      answer.discard();
      return { error: `The server answered ${answer.status}.` };
    }
    return { value: await answer.json(), headers: answer.headers };
  } catch (error) {
    if (error instanceof OutgoingError) return { error: error.message };
    throw error;
  }
}
