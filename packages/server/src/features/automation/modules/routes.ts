import { isAttributeType } from '@magpie/model';
import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { Invalid, MagpieError, NotFound, Refused } from '../../../errors.ts';
import { type Answer, attachment, json, success } from '../../../http/answer.ts';
import { readJsonBody } from '../../../http/body.ts';
import { isObject, type JsonObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readEvent } from '../../intelligence/events/read.ts';
import { findEvent } from '../../intelligence/events/rights.ts';
import { readSentFields } from '../../search/imports/multipart.ts';
import { defaultDistribution } from './enrich.ts';
import { exportByModule } from './export-module.ts';
import { FAMILIES, isFamilyOn, readFamily } from './families.ts';
import { importByModule } from './import-module.ts';
import { type Review, reviewWire, type StoredReview } from './review.ts';
import { readStandard } from './standard-results.ts';
import { storeReview } from './store-review.ts';

const NOT_AVAILABLE = 'Module not found or not available.';

/** Modules themselves, and importing and exporting by them; enrichment stands with what is enriched. */
export function moduleOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'modules.index',
      summary: 'Enrichment modules that may be asked',
      path: '/modules/index',
      methods: ['GET'],
      effect: 'read',
      permission: 'perm_auth',
      response: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      handle: async ({ viewer }) => {
        const offered = await magpie.modules.offered('Enrichment', viewer);
        return json(offered.map(({ descriptor }) => descriptor.shown));
      },
    },
    {
      name: 'modules.queryEnrichment',
      summary: 'Asks a module about a value; nothing is stored',
      path: '/modules/queryEnrichment',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_auth',
      model: 'Module',
      body: Type.Object(
        { module: Type.String(), attribute: Type.Optional(Type.Record(Type.String(), Type.Unknown())) },
        { additionalProperties: true, description: '{"module": "dns", "domain": "example.org"}' },
      ),
      handle: (call) => queryModule(magpie, call),
    },
    {
      name: 'events.importModule',
      summary: 'Imports a file or text into an event by a module; the file as base64, or in a form',
      path: '/events/importModule/{module}/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'any',
      model: 'Event',
      rawBody: true,
      body: Type.Object(
        {
          Event: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
          preview: Type.Optional(Type.Boolean({ description: 'Only tell what would be stored' })),
        },
        { additionalProperties: true },
      ),
      handle: (call) => importFile(magpie, call),
    },
    {
      name: 'events.handleModuleResults',
      summary: 'Stores what was kept of the results of a module',
      path: '/events/handleModuleResults/{event}',
      methods: ['POST'],
      effect: 'write',
      permission: 'any',
      model: 'Event',
      body: Type.Object({}, { additionalProperties: true, description: 'Results as queryEnrichment gives them' }),
      handle: (call) => storeResults(magpie, call),
    },
    {
      name: 'events.exportModule',
      summary: 'The file that an export module makes of an event',
      path: '/events/exportModule/{module}/{event}/{standard?}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      answersBrowsers: true,
      handle: (call) => exportFile(magpie, call),
    },
    {
      name: 'ui.modules',
      summary: 'The modules of a family that the viewer may use, with what they ask for',
      path: '/ui/modules/{family}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      response: Type.Object({
        enabled: Type.Boolean(),
        reachable: Type.Boolean(),
        message: Type.Union([Type.String(), Type.Null()]),
        hover: Type.Boolean({ description: 'Values may be looked up by pointing at them' }),
        hoverByClick: Type.Boolean({ description: 'That takes a click' }),
        modules: Type.Array(Type.Record(Type.String(), Type.Unknown())),
      }),
      handle: (call) => listForPage(magpie, call),
    },
  ];
}

async function queryModule(magpie: Magpie, { viewer, body }: Call): Promise<Answer> {
  const fields = isObject(body) ? body : {};
  if (typeof fields.module !== 'string' || fields.module === '') {
    throw new Refused('No module chosen. The request body has to have the module key set.');
  }
  if (!isFamilyOn(magpie.settings, 'Enrichment')) throw new Refused(NOT_AVAILABLE);
  const module = await magpie.modules.find('Enrichment', viewer, fields.module, ['hover']);
  const outcome = await magpie.modules.ask(module, { use: 'hover', body: questionFields(fields) });
  if (outcome.ok) return json(outcome.value);
  if (outcome.failure === 'unreachable') throw new Refused(outcome.message);
  return json({ error: outcome.message });
}

/** Values, attributes and objects of a question; options are the administrator's to set. */
function questionFields(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => {
      if (key === 'attribute' || key === 'object') return isObject(value);
      const isText = typeof value === 'string' || typeof value === 'number';
      return isText && (isAttributeType(key) || ['event_id', 'attribute_uuid', 'persistent', 'data'].includes(key));
    }),
  );
}

async function importFile(magpie: Magpie, call: Call): Promise<Answer> {
  const { viewer, args } = call;
  const form = await readSentFields(call, 'Event', 'fileupload');
  const isPreview = readBoolean(form.fields.preview) === true;
  const names = { module: args.module, event: args.event };
  const { eventId, isStandard, review, stored } = await importByModule(magpie, viewer, names, form, { isPreview });
  if (stored === null) return json(reviewWire(review));
  if (!isStandard) return json(review.attributes.map((attribute) => ({ ...attribute, event_id: String(eventId) })));
  const event = await magpie.database.as(viewer, (tx) => readEvent(magpie, tx, viewer, eventId, { metadata: true }));
  return json({ ...event, ...reviewWire(review), rejected: stored.rejected });
}

async function storeResults(magpie: Magpie, { viewer, args, body }: Call): Promise<Answer> {
  const event = await magpie.database.as(viewer, (tx) => findEvent(tx, args.event));
  if (event === null) throw new NotFound('Invalid event');
  const review = readKept(magpie, body);
  const { attributes, objects, reports, tags, clusters } = review;
  if ([attributes, objects, reports, tags, clusters].every((found) => found.length === 0)) {
    throw new Refused('No results were sent.');
  }
  const stored = await storeReview(magpie, viewer, event.id, review);
  return success(storedText(stored), { id: event.id, data: stored });
}

/** `{"Attribute": […], "Object": […]}`, flat or under `Event`, or as text in `Event.JsonObject`, as MISP's page sends it. */
function readKept(magpie: Magpie, body: unknown): Review {
  const fields = unwrap(body, 'Event');
  const results = typeof fields.JsonObject === 'string' ? parse(fields.JsonObject) : fields;
  const comment = typeof fields.default_comment === 'string' ? fields.default_comment : '';
  return readStandard(results, { comment, distribution: defaultDistribution(magpie) });
}

/** By the rules of request bodies: this is one, wrapped in a text. */
function parse(text: string): JsonObject {
  const value = readJsonBody(Buffer.from(text, 'utf8'));
  if (isObject(value)) return value;
  throw new Invalid('', { JsonObject: ['Expected a JSON object.'] });
}

function storedText({ attributes, objects, reports, proposals, rejected }: StoredReview): string {
  const parts = [
    `${attributes} attributes, ${objects} objects and ${reports} reports added`,
    ...(proposals > 0 ? [`${proposals} attributes proposed`] : []),
    ...(rejected.length > 0 ? [`${rejected.length} elements not taken`] : []),
  ];
  return `${parts.join(', ')}.`;
}

async function exportFile(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  const { event: key, module: name = '', standard } = args;
  const event = await magpie.database.as(viewer, (tx) => findEvent(tx, key));
  if (event === null) throw new NotFound('Invalid event');
  if (!isFamilyOn(magpie.settings, 'Export')) throw new Refused('Export modules are not enabled.');
  const offered = await magpie.modules.offered('Export', viewer);
  const module = offered.find(({ descriptor }) => descriptor.name === name);
  if (module === undefined) throw new NotFound('Invalid module.');
  const bytes = await magpie.database.as(viewer, (tx) =>
    exportByModule(magpie, tx, viewer, module, [event.id], { standard: standard === '1' }),
  );
  const { responseType, extension } = module.descriptor;
  return attachment(bytes, `misp.event.${event.id}.${name}.export.${extension}`, responseType);
}

async function listForPage(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  const family = readFamily(args.family);
  if (family === null) throw new NotFound(`Expected one of ${FAMILIES.join(', ')}.`);
  const enabled = isFamilyOn(magpie.settings, family);
  const none = {
    enabled,
    reachable: false,
    message: enabled ? null : `${family} modules are not enabled.`,
    hover: false,
    hoverByClick: false,
    modules: [],
  };
  if (!enabled) return json(none);
  try {
    const modules = (await magpie.modules.offered(family, viewer)).map(({ descriptor }) => ({
      name: descriptor.name,
      description: descriptor.description,
      uses: [...descriptor.uses],
      input: descriptor.input,
      standard: descriptor.isStandard,
      inputSources: descriptor.inputSources,
      userOptions: descriptor.userOptions,
      extension: descriptor.extension,
    }));
    const hover = family === 'Enrichment' && magpie.settings.stored('Plugin.Enrichment_hover_enable') === true;
    const hoverByClick = hover && magpie.settings.stored('Plugin.Enrichment_hover_popover_only') === true;
    return json({ enabled, reachable: true, message: null, hover, hoverByClick, modules });
  } catch (error) {
    if (error instanceof MagpieError) return json({ ...none, message: error.message });
    throw error;
  }
}
