import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import type { Call, MemberOperation, Operation } from '../../../http/operation.ts';
import { findAttribute, NO_RIGHT } from '../attributes/service.ts';
import { canModifyEvent, findEvent } from '../events/rights.ts';

const NO_SERVICE = 'No module service for enrichment is set up.';

const modules = Type.Object({}, { additionalProperties: true, description: '{"module name": true}' });

/**
 * Where enrichment begins: of an event, of an attribute. No module service can be set up yet, which is what they
 * answer, once the right to the element is checked.
 */
export function enrichmentOperations(magpie: Magpie): Operation[] {
  const common: Pick<MemberOperation, 'methods' | 'effect' | 'model' | 'body'> = {
    methods: ['POST'],
    effect: 'write',
    model: 'Module',
    body: modules,
  };
  return [
    {
      ...common,
      name: 'events.enrichEvent',
      summary: 'Enriches the attributes of an event by modules',
      path: '/events/enrichEvent/{event}',
      permission: 'perm_add',
      handle: (call) => refuse(requireEvent(magpie, call)),
    },
    {
      ...common,
      name: 'events.queryEnrichment',
      summary: 'Asks a module about an attribute of an event',
      path: '/events/queryEnrichment/{attribute}/{module?}/{type?}',
      permission: 'perm_add',
      handle: (call) => refuse(requireAttribute(magpie, call, { change: true })),
    },
    {
      ...common,
      name: 'attributes.enrich',
      summary: 'Enriches an attribute by modules',
      path: '/attributes/enrich/{attribute}',
      permission: 'perm_add',
      handle: (call) => refuse(requireAttribute(magpie, call, { change: true })),
    },
    {
      ...common,
      name: 'attributes.hoverEnrichment',
      summary: 'What modules for a quick look say of an attribute',
      path: '/attributes/hoverEnrichment/{attribute}/{persistent?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      handle: (call) => refuse(requireAttribute(magpie, call, { change: false })),
    },
  ];
}

async function refuse(checked: Promise<void>): Promise<never> {
  await checked;
  throw new Refused(NO_SERVICE);
}

function requireEvent(magpie: Magpie, { viewer, args }: Call): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, args.event);
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
  });
}

function requireAttribute(magpie: Magpie, { viewer, args }: Call, { change }: { change: boolean }): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findAttribute(tx, args.attribute);
    if (found === null || found.attribute.deleted) throw new NotFound('Invalid attribute');
    if (change && !canModifyEvent(viewer, found.event)) throw new Forbidden(NO_RIGHT);
  });
}
