import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { Forbidden, NotFound, Refused } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import type { Call, MemberOperation, Operation } from '../../../http/operation.ts';
import {
  askAbout,
  enrichElement,
  findExpansions,
  outcomeText,
  readModuleNames,
} from '../../automation/modules/enrich.ts';
import { enqueueEnrichment, enrichEvent } from '../../automation/modules/enrich-event.ts';
import { familyUses, isFamilyOn, readFamily } from '../../automation/modules/families.ts';
import { createHover } from '../../automation/modules/hover.ts';
import { reviewWire } from '../../automation/modules/review.ts';
import { findAttribute } from '../attributes/find-attribute.ts';
import { canModifyEvent, findEvent, NO_RIGHT } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';
import { findObject } from '../objects/service.ts';

const NO_SERVICE = 'No module service for enrichment is set up.';
const NO_CORTEX = 'No module service for Cortex is set up.';

const modules = Type.Object({}, { additionalProperties: true, description: '{"module name": true}' });

/** Where enrichment begins: of an event, of an attribute. The right to the element is checked before anything else. */
export function enrichmentOperations(magpie: Magpie): Operation[] {
  const common: Pick<MemberOperation, 'methods' | 'effect' | 'model' | 'body'> = {
    methods: ['POST'],
    effect: 'write',
    model: 'Module',
    body: modules,
  };
  const hover = createHover(magpie);
  return [
    {
      ...common,
      name: 'events.enrichEvent',
      summary: 'Enriches the attributes of an event by modules',
      path: '/events/enrichEvent/{event}',
      permission: 'perm_add',
      handle: (call) => enrichWhole(magpie, call),
    },
    {
      ...common,
      name: 'events.queryEnrichment',
      summary: 'Asks a module about an attribute or object of an event; nothing is stored',
      path: '/events/queryEnrichment/{attribute}/{module?}/{type?}/{model?}',
      permission: 'perm_add',
      handle: (call) => query(magpie, call),
    },
    {
      ...common,
      name: 'attributes.enrich',
      summary: 'Enriches an attribute by modules',
      path: '/attributes/enrich/{attribute}',
      permission: 'perm_add',
      handle: async ({ viewer, args, body }) => {
        const key = args.attribute;
        await requireAttribute(magpie, { viewer, key, change: true });
        requireService(magpie);
        const found = await findExpansions(magpie, viewer, readModuleNames(body));
        const outcomes = await enrichElement(magpie, viewer, found, { kind: 'attribute', key });
        return success(outcomeText(outcomes), { ...(key ? { id: key } : {}), data: outcomes });
      },
    },
    {
      ...common,
      name: 'attributes.hoverEnrichment',
      summary: 'What modules for a quick look say of an attribute',
      path: '/attributes/hoverEnrichment/{attribute}/{persistent?}',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'any',
      handle: async ({ viewer, args }) => {
        await requireAttribute(magpie, { viewer, key: args.attribute, change: false });
        requireService(magpie);
        return json(await hover(viewer, args.attribute, { persistent: args.persistent === '1' }));
      },
    },
  ];
}

async function enrichWhole(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  const event = await requireEvent(magpie, viewer, args.event);
  requireService(magpie);
  const names = readModuleNames(body);
  const found = await findExpansions(magpie, viewer, names);
  if (magpie.settings.get('MISP.background_jobs') && magpie.jobs.running) {
    const job = await magpie.database.as(viewer, (tx) => enqueueEnrichment(magpie, tx, event.id, names));
    return success('The event is being enriched in the background.', { id: event.id, extra: { job: String(job) } });
  }
  return success(await enrichEvent(magpie, viewer, event.id, found), { id: event.id });
}

async function query(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  const { attribute: key, module: name = '', type = 'Enrichment', model = 'Attribute' } = args;
  const kind = model.toLowerCase() === 'object' ? 'object' : 'attribute';
  if (kind === 'object') await requireObject(magpie, { viewer, key });
  else await requireAttribute(magpie, { viewer, key, change: true });
  const family = readFamily(type);
  if (family !== 'Enrichment' && family !== 'Cortex')
    throw new Refused(`${type} modules are not asked about elements.`);
  requireService(magpie, family);
  if (!['attribute', 'object'].includes(model.toLowerCase())) throw new Refused(`${model} cannot be enriched.`);
  const module = await magpie.modules.find(
    family,
    viewer,
    name,
    family === 'Cortex' ? familyUses.Cortex : ['expansion'],
  );
  const { eventId, outcome } = await askAbout(magpie, viewer, module, { kind, key });
  if (outcome.ok) return json({ event_id: eventId, module: name, ...reviewWire(outcome.value) });
  if (outcome.failure === 'unreachable') throw new Refused(outcome.message);
  return json({ event_id: eventId, module: name, error: outcome.message });
}

function requireService({ settings }: Magpie, family: 'Enrichment' | 'Cortex' = 'Enrichment'): void {
  if (!isFamilyOn(settings, family)) throw new Refused(family === 'Cortex' ? NO_CORTEX : NO_SERVICE);
}

function requireEvent(magpie: Magpie, viewer: Call['viewer'], key: string | undefined): Promise<EventRow> {
  return magpie.database.as(viewer, async (tx) => {
    const event = await findEvent(tx, key);
    if (event === null) throw new NotFound('Invalid event');
    if (!canModifyEvent(viewer, event)) throw new Forbidden(NO_RIGHT);
    return event;
  });
}

interface Wanted extends Pick<Call, 'viewer'> {
  key: string | undefined;
}

function requireAttribute(magpie: Magpie, { viewer, key, change }: Wanted & { change: boolean }): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findAttribute(tx, key);
    if (found === null || found.attribute.deleted) throw new NotFound('Invalid attribute');
    if (change && !canModifyEvent(viewer, found.event)) throw new Forbidden(NO_RIGHT);
  });
}

function requireObject(magpie: Magpie, { viewer, key }: Wanted): Promise<void> {
  return magpie.database.as(viewer, async (tx) => {
    const found = await findObject(tx, key);
    if (found === null || found.object.deleted) throw new NotFound('Invalid object.');
    if (!canModifyEvent(viewer, found.event)) throw new Forbidden(NO_RIGHT);
  });
}
