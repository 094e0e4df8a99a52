import { findIndicators } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { type Answer, json } from '../../../http/answer.ts';
import { isObject } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { LONGEST_TEXT, readFreeTextRequest } from './free-text-request.ts';
import { importFreeText, offerWire } from './import-free-text.ts';

/** Finds indicators in pasted text: for review before anything is stored, or to store them at once. */
export function freeTextOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.freeTextImport',
      summary: 'Find indicators in a text and add them to an event; without edit rights they become proposals.',
      path: '/events/freeTextImport/{event?}/{adhere?}/{meta?}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Event',
      describe: {
        description: 'POST a text to this API to find the indicators in it and add them to the event in the path.',
        mandatory: ['value'],
        optional: ['adhereToWarninglists', 'distribution', 'returnMetaAttributes', 'sharing_group_id'],
      },
      body: Type.Object(
        {
          value: Type.Optional(Type.String({ maxLength: LONGEST_TEXT })),
          distribution: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
          sharing_group_id: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
          adhereToWarninglists: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
          returnMetaAttributes: Type.Optional(Type.Boolean()),
        },
        { additionalProperties: true },
      ),
      response: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      handle: (call) => importText(magpie, call),
    },
    {
      name: 'ui.freeText',
      summary: 'Find addresses, domains, hashes and other indicators in a text.',
      path: '/ui/free-text',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ text: Type.String({ maxLength: LONGEST_TEXT }) }),
      response: Type.Object({ indicators: Type.Array(Type.Record(Type.String(), Type.Unknown())) }),
      handle(call) {
        const text = isObject(call.body) ? call.body.text : undefined;
        if (typeof text !== 'string') throw new BadRequest('text is missing.');
        if (text.length > LONGEST_TEXT) throw new BadRequest('The text is too long.');
        return json({ indicators: findIndicators(text) });
      },
    },
  ];
}

async function importText(magpie: Magpie, call: Call): Promise<Answer> {
  const request = readFreeTextRequest(call, magpie.settings.get('MISP.default_attribute_distribution'));
  if (request.isOffer) {
    await magpie.database.as(call.viewer, async (tx) => {
      if ((await findEvent(tx, call.args.event)) === null) throw new NotFound('Invalid event.');
    });
    return json(findIndicators(request.text).map(offerWire));
  }
  const { found, stored } = await importFreeText(magpie, call.viewer, call.args.event, request);
  // With background jobs MISP answers before it stores, without them it tells what it stored.
  return json(magpie.settings.get('MISP.background_jobs') ? found : stored);
}
