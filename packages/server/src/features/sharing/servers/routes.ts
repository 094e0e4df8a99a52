import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Refused } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { syncSettings } from './create-sync.ts';
import { idTranslatorOperations } from './id-translator.ts';
import { listServers } from './queries.ts';
import { remoteServerOperations } from './remote-routes.ts';
import { addServer, editServer, importServer, movePriority, removeServer } from './service.ts';
import { availableRules } from './sync-rules.ts';
import { listedServerWire, savedServerWire } from './wire.ts';

const PAGE = 1000;

const id = Type.Union([Type.String(), Type.Integer()]);
const flag = Type.Union([Type.Boolean(), Type.String(), Type.Integer()]);
const fields = Type.Object({
  name: Type.Optional(Type.String()),
  url: Type.Optional(Type.String()),
  authkey: Type.Optional(Type.String()),
  remote_org_id: Type.Optional(id),
  push: Type.Optional(flag),
  pull: Type.Optional(flag),
  self_signed: Type.Optional(flag),
  skip_proxy: Type.Optional(flag),
  caching_enabled: Type.Optional(flag),
  pull_rules: Type.Optional(Type.Unknown()),
  push_rules: Type.Optional(Type.Unknown()),
});
const optional = ['push', 'pull', 'self_signed', 'skip_proxy', 'caching_enabled', 'pull_rules', 'push_rules'];

/** Connected instances. */
export function serverOperations(magpie: Magpie): Operation[] {
  return [
    ...administrationOperations(magpie),
    ...exchangeOperations(magpie),
    ...remoteServerOperations(magpie),
    ...idTranslatorOperations(magpie),
  ];
}

function administrationOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'servers.index',
      summary: 'List the connected instances',
      path: '/servers/index/{search?}',
      aliases: [{ path: '/servers', methods: ['GET'] }],
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'Server');
        const { limit, offset } = readPage(given, { defaultLimit: PAGE, maxLimit: PAGE });
        const search = call.args.search ?? given.searchall;
        const page = {
          search: typeof search === 'string' && search !== '' ? search : null,
          limit: limit ?? PAGE,
          offset,
        };
        const servers = await magpie.database.as(call.viewer, (tx) => listServers(tx, page));
        return json(servers.map(listedServerWire));
      },
    },
    {
      name: 'servers.add',
      summary: 'Connect an instance',
      path: '/servers/add',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Server',
      body: fields,
      describe: {
        description: 'POST a server in JSON format to this API to add it.',
        mandatory: ['url', 'name', 'remote_org_id', 'authkey'],
        optional,
      },
      handle: async ({ viewer, body }) => {
        const { row, authkey } = await addServer(magpie, viewer, unwrap(body, 'Server'));
        return json(savedServerWire(row, authkey));
      },
    },
    {
      name: 'servers.edit',
      summary: 'Change a connected instance; an empty key keeps the stored one',
      path: '/servers/edit/{server}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Server',
      body: fields,
      describe: {
        description: 'POST the fields of a server in JSON format to this API to change them.',
        optional: ['url', 'name', 'remote_org_id', 'authkey', ...optional],
      },
      handle: async ({ viewer, args, body }) => {
        const { row, authkey } = await editServer(magpie, viewer, args.server, unwrap(body, 'Server'));
        return json(savedServerWire(row, authkey));
      },
    },
    {
      name: 'servers.delete',
      summary: 'Disconnect an instance',
      path: '/servers/delete/{server}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Server',
      handle: async ({ viewer, args }) => {
        await removeServer(magpie, viewer, args.server);
        // MISP puts the text where the id belongs.
        return success('Server deleted', { id: 'Server deleted' });
      },
    },
    {
      name: 'servers.changePriority',
      summary: 'Move an instance in the order of pushes',
      path: '/servers/changePriority/{server}/{direction?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Server',
      handle: async ({ viewer, args }) => {
        const { direction = 'down' } = args;
        if (direction !== 'up' && direction !== 'down') throw new BadRequest('Invalid direction.');
        await movePriority(magpie, viewer, args.server, direction);
        return success('Priority changed.', { id: args.server ?? '' });
      },
    },
  ];
}

function exchangeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'servers.import',
      summary: 'Connect an instance by what it gives out for that',
      path: '/servers/import',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Server',
      body: Type.Object({ Server: Type.Optional(Type.Unknown()) }),
      describe: {
        description: 'POST the answer of /servers/createSync of another instance to this API to connect it.',
        mandatory: ['url', 'authkey', 'Organisation'],
      },
      handle: async ({ viewer, body }) => {
        const { row, authkey } = await importServer(magpie, viewer, unwrap(body));
        return json(savedServerWire(row, authkey));
      },
    },
    {
      name: 'servers.createSync',
      summary: 'What another instance needs to connect to this one: address, organisation and a new key of the caller',
      path: '/servers/createSync',
      methods: ['GET', 'POST'],
      permission: 'perm_sync',
      effect: 'write',
      handle: async ({ viewer }) => json({ Server: await syncSettings(magpie, viewer) }),
    },
    {
      name: 'servers.getAvailableSyncFilteringRules',
      summary: 'Names of organisations and tags that another instance may filter by',
      path: '/servers/getAvailableSyncFilteringRules',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer }) => json(await availableRules(magpie, viewer)),
    },
    {
      name: 'servers.cache',
      summary: 'Load the values of connected instances for look-ups, in the background',
      path: '/servers/cache/{server?}',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      handle: async ({ viewer, args }) => {
        const { server = 'all' } = args;
        const which = server === 'all' ? null : readId(server);
        if (server !== 'all' && which === null) throw new Refused('Invalid server');
        await magpie.database.as(viewer, async (tx) => {
          const rows = await tx.query<{ id: number }>(
            'select id from visible_servers where caching_enabled and ($1::bigint is null or id = $1) limit 1',
            [which],
          );
          if (rows.length === 0) return;
          await magpie.jobs.enqueue(tx, {
            kind: 'cache_servers',
            jobType: 'cache_servers',
            queue: 'default',
            title: server === 'all' ? 'Server: All' : `Server: ${server}`,
            input: { server: which },
            message: 'Starting server caching.',
          });
        });
        return success('Server caching job initiated.');
      },
    },
  ];
}
