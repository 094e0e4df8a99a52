import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { readBoolean, readInteger, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { organisationWire } from '../../administration/organisations/organisation-row.ts';
import { findGroup } from './find-group.ts';
import { addGroupServer, removeGroupServer } from './group-servers.ts';
import { addGroup, argument, editGroup, readOne, removeGroup } from './manage-groups.ts';
import { addMember, removeMember } from './members.ts';
import { listGroups, readOwner } from './queries.ts';
import { canDeleteGroup, canEditGroup } from './rights.ts';
import { wireOptions } from './service.ts';
import { listedGroupWire, savedGroupWire, viewedGroupWire } from './wire.ts';

// The apostrophe arrives as an entity in MISP's answer.
const NOT_VISIBLE = 'Sharing group doesn&#039;t exist or you do not have permission to access it.';
const PAGE = 60;
const MAX_PAGE = 1000;

const GROUP_KEYS = ['sg_id', 'sg_uuid', 'id', 'uuid'];
const SERVER_KEYS = ['server_id', 'server_url', 'server_baseurl', 'server_name'];
const ORGANISATION_KEYS = ['org_id', 'org_uuid', 'org_name'];

const idText = Type.Union([Type.String(), Type.Integer()]);
const flag = Type.Union([Type.Boolean(), Type.String(), Type.Integer()]);
const fields = Type.Object({
  name: Type.Optional(Type.String()),
  releasability: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  uuid: Type.Optional(Type.String()),
  active: Type.Optional(flag),
  roaming: Type.Optional(flag),
  SharingGroupOrg: Type.Optional(Type.Array(Type.Unknown())),
  SharingGroupServer: Type.Optional(Type.Array(Type.Unknown())),
});
const full = Type.Object({
  SharingGroup: Type.Unknown(),
  SharingGroupOrg: Type.Array(Type.Unknown()),
  SharingGroupServer: Type.Array(Type.Unknown()),
  Organisation: Type.Unknown(),
});
const memberBody = Type.Object({ sg_id: idText, org_id: Type.Optional(idText), extend: Type.Optional(flag) });
const serverBody = Type.Object({ sg_id: idText, server_id: Type.Optional(idText), all_orgs: Type.Optional(flag) });

/** Sharing groups: who reads data of distribution 4. */
export function sharingGroupOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...groupOperations(magpie), ...memberOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sharing_groups.index',
      summary: 'Lists the sharing groups that the user belongs to; with true the inactive ones.',
      path: '/sharing_groups/index/{inactive?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Object({ response: Type.Array(full) }),
      handle: async (call) => json({ response: await listForViewer(magpie, call) }),
    },
    {
      name: 'sharing_groups.view',
      summary: 'Shows one sharing group with its members.',
      path: '/sharing_groups/view/{group}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: full,
      handle: (call) => magpie.database.as(call.viewer, (tx) => viewGroup(magpie, tx, call)),
    },
  ];
}

function groupOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sharing_groups.add',
      summary: 'Makes a sharing group.',
      path: '/sharing_groups/add',
      methods: ['POST'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: 'SharingGroup',
      describe: {
        description: 'POST a sharing group in JSON format to this API to add it.',
        mandatory: ['name', 'releasability'],
        optional: ['description', 'uuid', 'active', 'roaming', 'SharingGroupOrg', 'SharingGroupServer'],
      },
      body: fields,
      response: full,
      handle: async ({ viewer, body }) =>
        json(savedGroupWire(await addGroup(magpie, viewer, unwrap(body, 'SharingGroup')))),
    },
    {
      name: 'sharing_groups.edit',
      summary: 'Changes a sharing group; members are added, never removed.',
      path: '/sharing_groups/edit/{group}',
      methods: ['POST', 'PUT'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: 'SharingGroup',
      body: fields,
      response: full,
      handle: async ({ viewer, args, body }) =>
        json(savedGroupWire(await editGroup(magpie, viewer, args.group, unwrap(body, 'SharingGroup')))),
    },
    {
      name: 'sharing_groups.delete',
      summary: 'Deletes a sharing group that nothing uses.',
      path: '/sharing_groups/delete/{group}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: 'SharingGroup',
      handle: async ({ viewer, args }) => {
        await removeGroup(magpie, viewer, args.group);
        return success('SharingGroup deleted', { id: args.group ?? '' });
      },
    },
  ];
}

function memberOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'sharing_groups.addOrg',
      summary: 'Adds an organisation to a sharing group.',
      path: '/sharing_groups/addOrg/{group?}/{organisation?}/{extend?}',
      methods: ['POST'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: 'SharingGroup',
      body: memberBody,
      handle: async (call) => {
        const extend = readBoolean(argument(call.body, call.args.extend, ['extend'])) ?? false;
        await addMember(magpie, call.viewer, memberRequest(call), { extend });
        return success('Organisation added to the sharing group.');
      },
    },
    {
      name: 'sharing_groups.removeOrg',
      summary: 'Takes an organisation out of a sharing group.',
      path: '/sharing_groups/removeOrg/{group?}/{organisation?}',
      methods: ['POST'],
      permission: 'perm_sharing_group',
      effect: 'write',
      model: 'SharingGroup',
      body: memberBody,
      handle: async (call) => {
        await removeMember(magpie, call.viewer, memberRequest(call));
        return success('Organisation removed from the sharing group.');
      },
    },
    serverOperation(magpie, 'addServer', 'Adds a connected instance to a sharing group.'),
    serverOperation(magpie, 'removeServer', 'Takes a connected instance out of a sharing group.'),
  ];
}

// MISP refuses server 0, this instance, here; other instances are not connected, so every server is an unknown one.
function serverOperation(magpie: Magpie, action: 'addServer' | 'removeServer', summary: string): Operation {
  return {
    name: `sharing_groups.${action}`,
    summary,
    path: `/sharing_groups/${action}/{group?}/{server?}/{all?}`,
    methods: ['POST'],
    permission: 'perm_sharing_group',
    effect: 'write',
    model: 'SharingGroup',
    body: serverBody,
    handle: async ({ viewer, args, body }) => {
      const sent = unwrap(body, 'SharingGroup');
      const request = {
        group: argument(sent, args.group, GROUP_KEYS),
        server: argument(sent, args.server, SERVER_KEYS),
      };
      if (action === 'removeServer') {
        await removeGroupServer(magpie, viewer, request);
        return success('Server removed from the sharing group.');
      }
      const allOrganisations = readBoolean(argument(sent, args.all, ['all_orgs', 'all'])) ?? false;
      await addGroupServer(magpie, viewer, request, { allOrganisations });
      return success('Server added to the sharing group.');
    },
  };
}

function memberRequest({ args, body }: Call) {
  const sent = unwrap(body, 'SharingGroup');
  return {
    group: argument(sent, args.group, GROUP_KEYS),
    organisation: argument(sent, args.organisation, ORGANISATION_KEYS),
  };
}

async function viewGroup(magpie: Magpie, tx: Transaction, { viewer, args, method }: Call): Promise<Answer> {
  const group = await findGroup(tx, args.group);
  // HEAD asks whether there is one: 404, where GET answers 405.
  if (group === null) throw new HttpProblem(method === 'HEAD' ? 404 : 405, NOT_VISIBLE);
  const found = await readOne(tx, group.id);
  const owner = await readOwner(tx, group.org_id);
  return json(viewedGroupWire(found, owner ? organisationWire(owner) : {}, wireOptions(magpie, viewer)));
}

function listForViewer(magpie: Magpie, call: Call): Promise<Record<string, unknown>[]> {
  const { viewer, named, query, args } = call;
  const sent = unwrap(call.body, 'SharingGroup');
  const read = (name: string): unknown => named[name] ?? query.get(name) ?? sent[name];
  const limit = Math.min(Math.max(readInteger(read('limit')) ?? PAGE, 1), MAX_PAGE);
  const page = Math.max(readInteger(read('page')) ?? 1, 1);
  const search = read('searchall') ?? read('value');
  return magpie.database.as(viewer, async (tx) => {
    const groups = await listGroups(tx, {
      active: !(readBoolean(args.inactive) ?? false),
      search: typeof search === 'string' && search !== '' ? search : null,
      limit,
      offset: (page - 1) * limit,
    });
    const options = wireOptions(magpie, viewer);
    return groups.map((found) => listedGroupWire(found, rightsOn(viewer, found), options));
  });
}

function rightsOn(viewer: Viewer, found: Parameters<typeof listedGroupWire>[0]) {
  return {
    editable: canEditGroup(viewer, found.group, found.members),
    deletable: canDeleteGroup(viewer, found.group),
  };
}
