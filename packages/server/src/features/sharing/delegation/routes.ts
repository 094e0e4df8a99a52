import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { type DelegationRow, type ListedDelegationRow, listDelegations } from './queries.ts';
import { acceptDelegation, discardDelegation, requestDelegation, requireDelegation } from './service.ts';

const MAX_PAGE = 1000;

const idText = Type.Union([Type.String(), Type.Integer()]);

/** Handing an event over to another organisation, which publishes it as its own. */
export function delegationOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...writeOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_delegations.index',
      summary: 'Requests made to one’s organisation (context:pending), or by it (context:issued)',
      path: '/event_delegations/index',
      aliases: ['/event_delegations'],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        requireDelegation(magpie);
        return json(await listForViewer(magpie, call));
      },
    },
    {
      name: 'event_delegations.view',
      summary: 'Shows a request',
      path: '/event_delegations/view/{delegation}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        requireDelegation(magpie);
        const id = readId(args.delegation);
        const [row] =
          id === null
            ? []
            : await magpie.database.as(viewer, (tx) => listDelegations(tx, 'd.id = $1', [id], { limit: 1, offset: 0 }));
        if (row === undefined) throw new NotFound('Invalid delegation request.');
        return json({ EventDelegation: listedWire(row) });
      },
    },
  ];
}

function writeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_delegations.delegateEvent',
      summary: 'Ask an organisation to take over an event that only one’s own sees',
      path: '/event_delegations/delegateEvent/{event?}',
      methods: ['POST', 'PUT'],
      permission: 'perm_delegate',
      effect: 'write',
      model: 'EventDelegation',
      describe: {
        description: 'POST an organisation to this API to ask it to publish the event as its own.',
        mandatory: ['org_id'],
        optional: ['distribution', 'sharing_group_id', 'message'],
      },
      body: Type.Object({
        org_id: idText,
        distribution: Type.Optional(idText),
        sharing_group_id: Type.Optional(idText),
        message: Type.Optional(Type.String()),
      }),
      handle: async ({ viewer, args, body }) => {
        requireDelegation(magpie);
        const row = await requestDelegation(magpie, viewer, args.event, unwrap(body, 'EventDelegation'));
        return json({ EventDelegation: madeWire(row) });
      },
    },
    {
      name: 'event_delegations.acceptDelegation',
      summary: 'Take over the event of a request',
      path: '/event_delegations/acceptDelegation/{delegation}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventDelegation',
      handle: async ({ viewer, args }) => {
        requireDelegation(magpie);
        const id = await acceptDelegation(magpie, viewer, readId(args.delegation));
        return success('Event ownership transferred.', { id: String(id) });
      },
    },
    {
      name: 'event_delegations.deleteDelegation',
      summary: 'Withdraw or reject a request',
      path: '/event_delegations/deleteDelegation/{delegation}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventDelegation',
      handle: async ({ viewer, args }) => {
        requireDelegation(magpie);
        const id = await discardDelegation(magpie, viewer, readId(args.delegation));
        return success('Delegation request deleted.', { id: String(id) });
      },
    },
  ];
}

async function listForViewer(magpie: Magpie, call: Call): Promise<unknown[]> {
  const given = readGivenFilters(call, 'EventDelegation');
  const { limit, offset } = readPage(given, { defaultLimit: MAX_PAGE, maxLimit: MAX_PAGE });
  const side = given.context === 'issued' ? 'd.requester_org_id' : 'd.org_id';
  const value = typeof given.value === 'string' && !given.value.includes('\0') ? given.value.toLowerCase() : '';
  const condition = `${side} = $1 and ($2 = '' or position($2 in lower(concat_ws(' ', d.message, e.info, o.name, r.name))) > 0)`;
  const rows = await magpie.database.as(call.viewer, (tx) =>
    listDelegations(tx, condition, [call.viewer.organisationId, value], { limit: limit ?? MAX_PAGE, offset }),
  );
  return rows.map((row) => ({ EventDelegation: listedWire(row) }));
}

function madeWire(row: DelegationRow): Record<string, unknown> {
  return {
    id: String(row.id),
    org_id: String(row.org_id),
    requester_org_id: String(row.requester_org_id),
    event_id: String(row.event_id),
    message: row.message,
    distribution: String(row.distribution),
    sharing_group_id: String(row.sharing_group_id),
  };
}

/** Lists leave out what was left to the receiver. */
function listedWire(row: ListedDelegationRow): Record<string, unknown> {
  const { distribution, sharing_group_id, ...made } = madeWire(row);
  return {
    ...made,
    ...(row.distribution === -1 ? {} : { distribution }),
    ...(row.sharing_group_id === 0 ? {} : { sharing_group_id }),
    Org: { id: String(row.org_id), name: row.org_name, uuid: row.org_uuid },
    RequesterOrg: { id: String(row.requester_org_id), name: row.requester_name, uuid: row.requester_uuid },
    Event: {
      id: String(row.event_id),
      info: row.info,
      uuid: row.event_uuid,
      analysis: String(row.analysis),
      distribution: String(row.event_distribution),
      threat_level_id: String(row.threat_level_id),
      date: row.date,
      attribute_count: String(row.attribute_count),
    },
  };
}
