import { isAttributeType } from '@magpie/model';
import Type from 'typebox';
import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Forbidden, Invalid } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { isObject, type JsonObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { addAttributes } from '../../intelligence/attributes/service.ts';
import { canModifyEvent, NO_RIGHT } from '../../intelligence/events/rights.ts';
import { publishEvent } from '../../intelligence/events/service.ts';
import { proposeAttribute } from '../../intelligence/proposals/propose.ts';
import { requireEvent } from '../free-text/import-free-text.ts';
import { stixLookUp } from '../stix-import/read-document.ts';
import { type ImportedEvent, importNewEvent } from './import-event.ts';
import { readSentForm } from './multipart.ts';
import { readFileApart, type SentFile } from './read-apart.ts';
import { inReadingTurn } from './reading-turns.ts';
import { requireEditable, storedWire, storeFile } from './store-file.ts';
import { readStoreOptions } from './store-options.ts';

const MOST_ROWS = 10_000;
/** What the default distribution of the instance means here, where it is not what it says. */
const THREATCONNECT_DISTRIBUTION: Readonly<Record<string, string>> = { event: '5', '0': '3' };

/** Imports at MISP's addresses. */
export function mispImportOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.add_misp_export',
      summary: 'Stores the events of a MISP JSON or XML file and tells what became of each',
      path: '/events/add_misp_export',
      methods: ['POST'],
      permission: 'perm_modify',
      effect: 'write',
      model: 'Event',
      rawBody: true,
      describe: {
        description: 'POST a MISP JSON or XML file, as a form with submittedfile or as text in filecontent.',
        mandatory: ['filecontent'],
        optional: ['publish', 'takeownership'],
      },
      handle: (call) => addMispExport(magpie, call),
    },
    {
      name: 'events.addIOC',
      summary: 'Adds the indicators of an OpenIOC file to an event',
      path: '/events/addIOC/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Event',
      rawBody: true,
      describe: { description: 'POST an OpenIOC file, as a form with submittedioc or as the body.' },
      handle: async (call) => {
        const { file, fields } = await readSentForm(call, 'Event', 'submittedioc');
        return addFromFile(magpie, call, file, { ...fields, format: 'openioc' });
      },
    },
    {
      name: 'attributes.add_threatconnect',
      summary: 'Adds the indicators of a ThreatConnect CSV file to an event',
      path: '/attributes/add_threatconnect/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Attribute',
      rawBody: true,
      describe: { description: 'POST a ThreatConnect CSV file, as a form with value or as the body.' },
      handle: async (call) => {
        const { file, fields } = await readSentForm(call, 'Attribute', 'value');
        const usual = magpie.settings.get('MISP.default_attribute_distribution');
        const distribution = fields.distribution ?? THREATCONNECT_DISTRIBUTION[usual] ?? usual;
        return addFromFile(magpie, call, file, { ...fields, distribution, format: 'threatconnect' });
      },
    },
    {
      name: 'events.saveFreeText',
      summary: 'Adds what was chosen of a text’s indicators to an event; without edit rights they become proposals',
      path: '/events/saveFreeText/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Event',
      body: Type.Unknown({ description: 'The chosen rows: value, type, category, to_ids, comment, distribution.' }),
      handle: (call) => saveFreeText(magpie, call),
    },
  ];
}

async function addFromFile(magpie: Magpie, call: Call, file: SentFile | null, fields: JsonObject): Promise<Answer> {
  const event = call.args.event ?? '';
  await requireEditable(magpie, call.viewer, event);
  if (file === null) throw new BadRequest('No file was received.');
  const { distribution, sharing_group_id, format } = fields;
  const options = readStoreOptions({ event, distribution, sharing_group_id, format });
  const stored = await inReadingTurn(call.viewer, () => storeFile(magpie, call.viewer, file, options));
  const [result] = stored.results;
  if (result?.action === 'refused') throw new Invalid('', result.rejected[0]?.reason ?? '');
  return json(storedWire(stored));
}

/** An event that is there already stays as it is; its id is told. */
async function addMispExport(magpie: Magpie, call: Call): Promise<Answer> {
  const { file, fields } = await readSentForm(call, 'Event', 'submittedfile');
  if (file === null) throw new BadRequest('No file was received.');
  const publish = readBoolean(fields.publish) ?? false;
  const takesOwnership = readBoolean(fields.takeownership) === true;
  if (takesOwnership && !magpie.settings.get('MISP.take_ownership_xml_import')) {
    throw new Forbidden('This instance does not let imports take ownership.');
  }
  return json(
    await inReadingTurn(call.viewer, () => addEvents(magpie, call.viewer, file, { publish, takesOwnership })),
  );
}

async function addEvents(
  magpie: Magpie,
  viewer: Viewer,
  file: SentFile,
  { publish, takesOwnership }: { publish: boolean; takesOwnership: boolean },
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  const lookUp = stixLookUp(magpie, viewer, { galaxiesAsTags: true });
  for await (const part of readFileApart(file, {}, lookUp)) {
    if (part.kind === 'format' && part.format !== 'misp-json' && part.format !== 'misp-xml') {
      throw new BadRequest('The file is neither MISP JSON nor MISP XML.');
    }
    if (part.kind !== 'event') continue;
    const { Orgc: creator, ...own } = part.event;
    const event = { ...own, ...(takesOwnership ? {} : { Orgc: creator, locked: true }), published: false };
    const imported = await importNewEvent(magpie, viewer, event);
    if (publish && imported.action === 'created' && imported.id !== null) {
      await publishEvent(magpie, viewer, String(imported.id));
    }
    rows.push(exportRow(imported));
  }
  return rows;
}

function exportRow({ info, id, action, rejected }: ImportedEvent): Record<string, unknown> {
  const otherwise = id === null ? (rejected[0]?.reason ?? '') : String(id);
  return {
    info,
    result: action === 'created' || otherwise,
    id: id === null ? false : String(id),
    validationIssues: rejected.map(({ path, reason }) => `${path}: ${reason}`),
  };
}

async function saveFreeText(magpie: Magpie, call: Call): Promise<Answer> {
  const rows = rowsOf(call.body);
  const event = await magpie.database.as(call.viewer, (tx) => requireEvent(tx, call.args.event));
  const bodies = rows.flatMap(attributesOf);
  const key = String(event.id);
  if (!canModifyEvent(call.viewer, event)) return proposeRows(magpie, call, key, bodies);
  const outcomes = bodies.length === 0 ? [] : await addAttributes(magpie, call.viewer, key, bodies);
  const saved = outcomes.filter((outcome) => 'id' in outcome).length;
  const errors = outcomes.flatMap((outcome, row) => ('errors' in outcome ? [{ row, errors: outcome.errors }] : []));
  const refused = outcomes.length - saved;
  return success(`${saved} attributes created.${refused === 0 ? '' : ` ${refused} attributes could not be saved.`}`, {
    id: event.id,
    url: `/events/view/${event.id}`,
    extra: someErrors(errors),
  });
}

async function proposeRows(magpie: Magpie, call: Call, key: string, bodies: readonly JsonObject[]): Promise<Answer> {
  if (!can(call.viewer, 'perm_add')) throw new Forbidden(NO_RIGHT);
  let saved = 0;
  const errors: { row: number; errors: unknown }[] = [];
  for (const [row, body] of bodies.entries()) {
    try {
      await proposeAttribute(magpie, call.viewer, key, body);
      saved += 1;
    } catch (error) {
      if (!(error instanceof Invalid || error instanceof Forbidden)) throw error;
      errors.push({ row, errors: error instanceof Invalid ? error.fields : error.message });
    }
  }
  return success(`${saved} proposals created.`, { id: key, url: `/events/view/${key}`, extra: someErrors(errors) });
}

/** Clients take a member of that name for a failure, also an empty one. */
function someErrors(errors: readonly unknown[]): { errors?: readonly unknown[] } {
  return errors.length > 0 ? { errors } : {};
}

/** The rows: a list, `{"Attribute": [...]}`, or MISP's form with the list as text in `JsonObject`. */
function rowsOf(body: unknown): JsonObject[] {
  const form = unwrap(body, 'Attribute', 'MispAttribute', 'Event');
  const listed = Array.isArray(body) ? body : (form.attributes ?? form.Attribute ?? form.JsonObject);
  const rows = typeof listed === 'string' ? parseRows(listed) : listed;
  if (!Array.isArray(rows)) throw new BadRequest('A list of attributes is missing.');
  if (rows.length > MOST_ROWS) throw new BadRequest(`No more than ${MOST_ROWS} rows are taken at once.`);
  return rows.filter(isObject).filter((row) => readBoolean(row.save) !== false);
}

function parseRows(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadRequest('The list of attributes is not valid JSON.', { cause });
  }
}

/** One attribute, or two for a type that stands for a pair: `ip-src/ip-dst`. */
function attributesOf(row: JsonObject): JsonObject[] {
  const { save: _save, ...body } = row;
  const type = typeof body.type === 'string' ? body.type : '';
  const types = isAttributeType(type) ? [type] : type.split('/', 2);
  return types.map((one) => ({ ...body, type: one }));
}
