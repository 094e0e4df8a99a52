import { setImmediate } from 'node:timers/promises';
import type { Indicator } from '@magpie/model';
import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { type Answer, json, jsonStream } from '../../../http/answer.ts';
import { isObject } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { warningsOf } from '../../knowledge/warninglists/check-attributes.ts';
import { IMPORT_TEXT } from '../imports/jobs.ts';
import { findIndicatorsApart, isShortText } from '../imports/read-apart.ts';
import { inReadingTurn } from '../imports/reading-turns.ts';
import { keepUpload, noteJob } from '../imports/uploads.ts';
import { readDetectionLists } from './detection-lists.ts';
import { type FreeTextRequest, LONGEST_TEXT, readFreeTextRequest } from './free-text-request.ts';
import { foundWire, importFreeText, offerWire, requireEvent, requireGroup } from './import-free-text.ts';

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
        optional: [
          'adhereToWarninglists',
          'distribution',
          'returnMetaAttributes',
          'sharing_group_id',
          'includeWarninglistHits',
        ],
      },
      body: Type.Object(
        {
          value: Type.Optional(Type.String({ maxLength: LONGEST_TEXT })),
          distribution: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
          sharing_group_id: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
          adhereToWarninglists: Type.Optional(Type.Union([Type.Boolean(), Type.String()])),
          returnMetaAttributes: Type.Optional(Type.Boolean()),
          includeWarninglistHits: Type.Optional(
            Type.Boolean({ description: 'With returnMetaAttributes: tell which warninglists name each value' }),
          ),
        },
        { additionalProperties: true },
      ),
      response: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      handle: (call) => importText(magpie, call),
    },
    {
      name: 'ui.freeTextLists',
      summary: 'What this instance looks free text through with, for finding indicators elsewhere',
      path: '/ui/free-text-lists',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: Type.Object({ vendorDomains: Type.Optional(Type.Array(Type.String())) }),
      handle: async ({ viewer }) => {
        const { vendorDomains } = await magpie.database.as(viewer, readDetectionLists);
        return json(vendorDomains === undefined ? {} : { vendorDomains: [...vendorDomains] });
      },
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
      async handle(call) {
        const text = isObject(call.body) ? call.body.text : undefined;
        if (typeof text !== 'string') throw new BadRequest('text is missing.');
        if (text.length > LONGEST_TEXT) throw new BadRequest('The text is too long.');
        return jsonStream(listOf('{"indicators":', await findWithLists(magpie, call.viewer, text), '}'));
      },
    },
  ];
}

async function findWithLists(magpie: Magpie, viewer: Viewer, text: string): Promise<Indicator[]> {
  const lists = await magpie.database.as(viewer, readDetectionLists);
  return inTurn(viewer, text, () => findIndicatorsApart(text, lists));
}

/** A short text is looked through at once. */
function inTurn<T>(viewer: Viewer, text: string, work: () => Promise<T>): Promise<T> {
  return isShortText(text) ? work() : inReadingTurn(viewer, work);
}

/** A longer text is stored in the background, where background work is done. */
const QUICK_TEXT = 1_000_000;

async function importText(magpie: Magpie, call: Call): Promise<Answer> {
  const request = readFreeTextRequest(call, magpie.settings.get('MISP.default_attribute_distribution'));
  const { viewer, args } = call;
  if (request.isOffer) {
    await magpie.database.as(viewer, (tx) => requireEvent(tx, args.event));
    return jsonStream(listOf('', await offers(magpie, viewer, request), ''));
  }
  const inBackground = magpie.settings.get('MISP.background_jobs') && magpie.jobs.running;
  if (inBackground && request.text.length > QUICK_TEXT) return importLater(magpie, viewer, args.event, request);
  const { found, stored } = await inTurn(viewer, request.text, () =>
    importFreeText(magpie, viewer, args.event, request),
  );
  // With background jobs MISP answers before it stores, without them it tells what it stored.
  return jsonStream(listOf('', magpie.settings.get('MISP.background_jobs') ? found : stored, ''));
}

/** What is found, for choice; with the warninglists that name it where that is asked for. */
async function offers(magpie: Magpie, viewer: Viewer, request: FreeTextRequest): Promise<Record<string, unknown>[]> {
  const found = await findWithLists(magpie, viewer, request.text);
  if (!request.withWarnings) return found.map(offerWire);
  const warnings = await magpie.database.as(viewer, (tx) => warningsOf(magpie, tx, found));
  return found.map((indicator, place) => ({ ...offerWire(indicator), warnings: warnings[place] ?? [] }));
}

async function importLater(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  request: FreeTextRequest,
): Promise<Answer> {
  const event = await magpie.database.as(viewer, async (tx) => {
    await requireGroup(tx, viewer, request);
    return requireEvent(tx, eventKey);
  });
  const bytes = Buffer.from(request.text.toWellFormed());
  const { distribution, sharingGroupId, warninglists } = request;
  const upload = await keepUpload(magpie, viewer, { fileName: `Text for event ${event.id}`, bytes });
  await magpie.database.as(viewer, async (tx) => {
    const job = await magpie.jobs.enqueue(tx, {
      kind: IMPORT_TEXT,
      queue: 'default',
      title: `Event: ${event.id}`,
      input: { upload, event: event.id, distribution, sharingGroupId, warninglists },
    });
    await noteJob(tx, upload, job);
  });
  const found = await findWithLists(magpie, viewer, request.text);
  return jsonStream(
    listOf(
      '',
      found.map((indicator) => foundWire(indicator, request, event.id)),
      '',
    ),
  );
}

const ITEMS = 1_000;

/** A list as JSON, some items at a time: a text of ten megabytes may hold half a million. */
async function* listOf(before: string, items: readonly unknown[], after: string): AsyncGenerator<string> {
  yield `${before}[`;
  for (let start = 0; start < items.length; start += ITEMS) {
    const slice = items.slice(start, start + ITEMS).map((item) => JSON.stringify(item));
    yield `${start === 0 ? '' : ','}${slice.join(',')}`;
    await setImmediate();
  }
  yield `]${after}`;
}
