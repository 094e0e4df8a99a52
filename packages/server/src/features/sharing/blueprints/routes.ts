import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Invalid } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { unwrap } from '../../../http/lenient.ts';
import { filterRows, filtersOf } from '../../../http/list-filters.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { editServer, requireServer } from '../servers/service.ts';
import { savedServerWire } from '../servers/wire.ts';
import { withOrganisations } from './encode-rule.ts';
import { executeBlueprints } from './execute.ts';
import {
  addBlueprint,
  type BlueprintRow,
  detachBlueprint,
  editBlueprint,
  listBlueprints,
  removeBlueprint,
  requireBlueprint,
  requireOwn,
  selectOrganisations,
} from './service.ts';

const PAGE = 1000;
const WRAPPER = 'SharingGroupBlueprint';
const filters = filtersOf<BlueprintRow>(['id', 'uuid', 'name', 'org_id', 'sharing_group_id'], ['name']);
const body = Type.Object({ name: Type.Optional(Type.String()), rules: Type.Optional(Type.Unknown()) });

/** Blueprints: rules that make sharing groups and keep their members. */
export function blueprintOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...writeOperations(magpie), ...runOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  const organisationsOf = (call: Call) =>
    magpie.database.as(call.viewer, async (tx) =>
      selectOrganisations(magpie, tx, await requireBlueprint(tx, call.args.blueprint)),
    );
  return [
    {
      name: 'sharing_group_blueprints.index',
      summary: 'List the blueprints of one’s organisation',
      path: '/sharing_group_blueprints/index',
      aliases: [{ path: '/sharing_group_blueprints', methods: ['GET'] }],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, WRAPPER);
        const { limit, offset } = readPage(given, { defaultLimit: PAGE, maxLimit: PAGE });
        const search = given.value ?? given.searchall;
        const page = {
          search: typeof search === 'string' && search !== '' ? search : null,
          limit: limit ?? PAGE,
          offset,
        };
        const rows = await magpie.database.as(call.viewer, (tx) => listBlueprints(tx, page));
        return json(filterRows(call, WRAPPER, rows, filters).map(blueprintWire));
      },
    },
    {
      name: 'sharing_group_blueprints.view',
      summary: 'Show a blueprint',
      path: '/sharing_group_blueprints/view/{blueprint}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) =>
        json(blueprintWire(await magpie.database.as(viewer, (tx) => requireBlueprint(tx, args.blueprint)))),
    },
    {
      name: 'sharing_group_blueprints.viewOrgs',
      summary: 'The organisations that a blueprint selects now',
      path: '/sharing_group_blueprints/viewOrgs/{blueprint}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const rows = await organisationsOf(call);
        return json(rows.map(({ id, ...row }) => ({ Organisation: { id: String(id), ...row } })));
      },
    },
    {
      name: 'sharing_group_blueprints.generateUuidList',
      summary: 'The uuids of the organisations that a blueprint selects now',
      path: '/sharing_group_blueprints/generateUuidList/{blueprint}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => json((await organisationsOf(call)).map((row) => row.uuid)),
    },
  ];
}

function writeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sharing_group_blueprints.add',
      summary: 'Add a blueprint',
      path: '/sharing_group_blueprints/add',
      methods: ['POST'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: WRAPPER,
      body,
      describe: {
        description: 'POST a blueprint in JSON format to this API to add it.',
        mandatory: ['name', 'rules'],
      },
      handle: async ({ viewer, body: sent }) =>
        json(blueprintWire(await addBlueprint(magpie, viewer, unwrap(sent, WRAPPER)))),
    },
    {
      name: 'sharing_group_blueprints.edit',
      summary: 'Change a blueprint; its sharing group follows at the next execution',
      path: '/sharing_group_blueprints/edit/{blueprint}',
      methods: ['POST', 'PUT'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: WRAPPER,
      body,
      describe: {
        description: 'POST the fields of a blueprint in JSON format to this API to change them.',
        optional: ['name', 'rules'],
      },
      handle: async ({ viewer, args, body: sent }) =>
        json(blueprintWire(await editBlueprint(magpie, viewer, args.blueprint, unwrap(sent, WRAPPER)))),
    },
    {
      name: 'sharing_group_blueprints.delete',
      summary: 'Delete a blueprint; its sharing group stays',
      path: '/sharing_group_blueprints/delete/{blueprint}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: WRAPPER,
      handle: async ({ viewer, args }) => {
        const id = await removeBlueprint(magpie, viewer, args.blueprint);
        return success('SharingGroupBlueprint deleted.', { id: String(id) });
      },
    },
  ];
}

function runOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sharing_group_blueprints.execute',
      summary: 'Give sharing groups the members that blueprints select now',
      path: '/sharing_group_blueprints/execute/{blueprint?}',
      methods: ['POST'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: WRAPPER,
      handle: async ({ viewer, args }) => {
        const done = await executeBlueprints(magpie, viewer, args.blueprint);
        const text =
          `Done, ${done.matched} sharing group blueprint(s) matched. Sharing group changes: Created: ${done.created}. ` +
          `Updated: ${done.updated}. Failed to create: ${done.failed}.`;
        // MISP calls a run that changed nothing a failure.
        if (done.created + done.updated === 0) throw new Invalid('', text);
        return success(text, args.blueprint === undefined ? {} : { id: args.blueprint });
      },
    },
    {
      name: 'sharing_group_blueprints.detach',
      summary: 'Let go of the sharing group of a blueprint',
      path: '/sharing_group_blueprints/detach/{blueprint}',
      methods: ['POST'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: WRAPPER,
      handle: async ({ viewer, args }) => json(blueprintWire(await detachBlueprint(magpie, viewer, args.blueprint))),
    },
    {
      name: 'sharing_group_blueprints.encodeSyncRule',
      summary: 'Write the organisations of a blueprint into the rules of a connected instance',
      path: '/sharing_group_blueprints/encodeSyncRule/{blueprint}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: WRAPPER,
      body: Type.Object({
        server_id: Type.Union([Type.String(), Type.Integer()]),
        type: Type.String(),
        rule: Type.String(),
      }),
      handle: async ({ viewer, args, body: sent }) => {
        const { server_id, type, rule } = unwrap(sent, WRAPPER);
        if ((type !== 'pull' && type !== 'push') || (rule !== 'OR' && rule !== 'NOT')) {
          throw new BadRequest('type is pull or push, rule is OR or NOT.');
        }
        const found = await magpie.database.as(viewer, async (tx) => ({
          organisations: await selectOrganisations(magpie, tx, await requireOwn(tx, viewer, args.blueprint)),
          server: await requireServer(tx, String(server_id)),
        }));
        const field = `${type}_rules` as const;
        const changed = { [field]: withOrganisations(found.server[field], type, rule, found.organisations) };
        const { row, authkey } = await editServer(magpie, viewer, String(found.server.id), changed);
        return json(savedServerWire(row, authkey));
      },
    },
  ];
}

function blueprintWire(row: BlueprintRow): Record<string, unknown> {
  return {
    SharingGroupBlueprint: {
      id: String(row.id),
      uuid: row.uuid,
      name: row.name,
      timestamp: String(row.timestamp),
      user_id: String(row.user_id),
      org_id: String(row.org_id),
      sharing_group_id: row.sharing_group_id === 0 ? null : String(row.sharing_group_id),
      rules: row.rules,
    },
  };
}
