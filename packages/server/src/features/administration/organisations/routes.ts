import { randomUUID } from 'node:crypto';
import Type from 'typebox';
import { isSiteAdmin } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { mergeOrganisations } from './merge.ts';
import { organisationWire } from './organisation-row.ts';
import { listLocalUuids, type ShownOrganisationRow } from './queries.ts';
import {
  addOrganisation,
  editOrganisation,
  removeOrganisation,
  searchOrganisations,
  viewOrganisation,
} from './service.ts';

const text = Type.Optional(Type.String());
const organisationBody = Type.Object({
  name: text,
  uuid: text,
  description: text,
  type: text,
  nationality: text,
  sector: text,
  contacts: text,
  local: Type.Optional(Type.Boolean()),
  restricted_to_domain: Type.Optional(Type.Array(Type.String())),
});
const optional = ['description', 'type', 'nationality', 'sector', 'uuid', 'contacts', 'local', 'restricted_to_domain'];

/** Organisations: who has users here (local), and who is only known as a creator or member. */
export function organisationOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...writeOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'organisations.index',
      summary: 'List organisations by scope (local, external, all) and text',
      path: '/organisations/index',
      aliases: ['/organisations'],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const filter = { scope: readFilter(call, 'scope') || 'local', text: readFilter(call, 'searchall') };
        const rows = await searchOrganisations(magpie, call.viewer, filter);
        return json(rows.map((row) => ({ Organisation: { ...organisationWire(row), ...shownWire(call, row) } })));
      },
    },
    {
      name: 'organisations.view',
      summary: 'Show an organisation by id, uuid or name; HEAD tells whether it exists',
      path: '/organisations/view/{organisation}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const row = await viewOrganisation(magpie, call.viewer, call.args.organisation);
        const { landingpage: _landingpage, ...wire } = organisationWire(row);
        return json({ Organisation: { ...wire, ...shownWire(call, row) } });
      },
    },
    {
      name: 'organisations.getUUIDs',
      summary: 'List the uuids of the local organisations',
      path: '/organisations/getUUIDs',
      methods: ['GET'],
      permission: 'perm_sync',
      effect: 'read',
      handle: async ({ viewer }) => json(await magpie.database.as(viewer, listLocalUuids)),
    },
    {
      name: 'admin/organisations.generateuuid',
      summary: 'Give a new uuid',
      path: '/admin/organisations/generateuuid',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: () => json({ uuid: randomUUID() }),
    },
  ];
}

function writeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'admin/organisations.add',
      summary: 'Create an organisation',
      path: '/admin/organisations/add',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Organisation',
      body: organisationBody,
      describe: {
        description: 'POST an Organisation object in JSON format to this API to create a new organisation.',
        mandatory: ['name'],
        optional,
      },
      handle: async ({ viewer, body }) =>
        json({ Organisation: organisationWire(await addOrganisation(magpie, viewer, unwrap(body, 'Organisation'))) }),
    },
    {
      name: 'admin/organisations.edit',
      summary: 'Change an organisation',
      path: '/admin/organisations/edit/{organisation}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Organisation',
      body: organisationBody,
      describe: {
        description: 'POST an Organisation object in JSON format to this API to edit an organisation.',
        mandatory: ['name'],
        optional,
      },
      handle: async ({ viewer, args, body }) => {
        const row = await editOrganisation(magpie, viewer, args.organisation, unwrap(body, 'Organisation'));
        return json({ Organisation: organisationWire(row) });
      },
    },
    {
      name: 'admin/organisations.merge',
      summary: 'Move everything of an organisation to another and delete it',
      path: '/admin/organisations/merge/{organisation}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Organisation',
      body: Type.Object({ targetType: Type.Optional(Type.String()), orgsLocal: text, orgsExternal: text }),
      handle: async ({ viewer, args, body }) => {
        const fields = unwrap(body, 'Organisation');
        const target = Number(fields.targetType ?? 0) === 1 ? fields.orgsExternal : fields.orgsLocal;
        const id = await mergeOrganisations(magpie, viewer, readId(args.organisation), readId(target));
        return success('The organisation has been merged.', { id: String(id) });
      },
    },
    {
      name: 'admin/organisations.delete',
      summary: 'Delete an organisation that nothing belongs to',
      path: '/admin/organisations/delete/{organisation}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Organisation',
      handle: async ({ viewer, args }) => {
        const { removed, id } = await removeOrganisation(magpie, viewer, args.organisation);
        if (removed) return success('Organisation deleted', { id: String(id) });
        const name = 'Could not delete Organisation';
        const url = `/admin/organisations/delete/${id}`;
        return json({ saved: false, name, message: name, url, errors: [], id: String(id) }, { status: 403 });
      },
    },
  ];
}

function shownWire(call: Call, row: ShownOrganisationRow): Record<string, unknown> {
  return {
    user_count: String(row.user_count),
    ...(isSiteAdmin(call.viewer) ? { created_by_email: row.created_by_email ?? 'Unknown' } : {}),
  };
}

/** A filter of the URL, or of the body of a POST; the URL wins. */
function readFilter(call: Call, name: string): string {
  const value = call.named[name] ?? call.query.get(name) ?? unwrap(call.body, 'Organisation')[name];
  return typeof value === 'string' ? value.trim() : '';
}
