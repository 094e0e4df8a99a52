import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Invalid, Refused } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { type JsonObject, readBoolean } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { uploadSamples } from '../../intelligence/attachments/upload-samples.ts';
import { addAttributes, fieldErrors } from '../../intelligence/attributes/service.ts';
import { proposeAttribute } from '../../intelligence/proposals/propose.ts';
import { requireEvent } from '../free-text/import-free-text.ts';
import { readSentForm } from './multipart.ts';
import type { SentFile } from './read-apart.ts';
import { inReadingTurn } from './reading-turns.ts';
import { requireEditable, storedWire, storeFile } from './store-file.ts';
import { readStoreOptions } from './store-options.ts';

/** Files that go into an event, at MISP's addresses, and what can be imported where. */
export function fileImportOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.upload_analysis_file',
      summary: 'Adds rows of a time line of mactime to an event, as an object each',
      path: '/events/upload_analysis_file/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Event',
      rawBody: true,
      describe: {
        description: 'POST a CSV file of mactime -d, as a form with analysis_file or as the body.',
        optional: ['rows', 'distribution', 'sharing_group_id'],
      },
      handle: (call) => addTimeline(magpie, call),
    },
    {
      name: 'attributes.add_attachment',
      summary: 'Adds files to an event, as attachments or as samples',
      path: '/attributes/add_attachment/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Attribute',
      rawBody: true,
      describe: {
        description:
          'POST a form with files in values. With malware they are kept as encrypted samples in file objects.',
        mandatory: ['values'],
        optional: ['malware', 'category', 'comment', 'distribution', 'sharing_group_id'],
      },
      handle: (call) => addAttachments(magpie, call),
    },
    {
      name: 'shadow_attributes.add_attachment',
      summary: 'Proposes files for an event, as attachments or as samples',
      path: '/shadow_attributes/add_attachment/{event}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'ShadowAttribute',
      rawBody: true,
      describe: {
        description: 'POST a form with files in values. With malware they are proposed as encrypted samples.',
        mandatory: ['values'],
        optional: ['malware', 'category', 'comment'],
      },
      handle: (call) => proposeAttachments(magpie, call),
    },
    {
      name: 'events.importChoice',
      summary: 'What can be imported into an event, or as events, and where each of it goes',
      path: '/events/importChoice/{event?}/{extra?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response: Type.Array(Type.Object({ url: Type.String(), text: Type.String() })),
      handle: (call) => listChoices(magpie, call),
    },
  ];
}

async function addTimeline(magpie: Magpie, call: Call): Promise<Answer> {
  const event = call.args.event ?? '';
  const { viewer } = call;
  await requireEditable(magpie, viewer, event);
  const { file, fields } = await readSentForm(call, 'Event', 'analysis_file');
  if (file === null) throw new BadRequest('No file was received.');
  const { distribution, sharing_group_id } = fields;
  const options = readStoreOptions({ event, distribution, sharing_group_id, format: 'mactime' });
  const rows = readRows(fields.rows);
  const stored = await inReadingTurn(viewer, () =>
    storeFile(magpie, viewer, file, { ...options, ...(rows === null ? {} : { rows }) }),
  );
  const [result] = stored.results;
  if (result?.action === 'refused') throw new Invalid('', result.rejected[0]?.reason ?? '');
  return json(storedWire(stored));
}

/** `1,3,7`, or a list of numbers; null for all rows. */
function readRows(value: unknown): ReadonlySet<number> | null {
  if (value === undefined || value === null || value === '') return null;
  const list = Array.isArray(value) ? value.map(String) : String(value).split(',');
  if (!list.every((item) => /^\s*[1-9]\d{0,8}\s*$/.test(item))) {
    throw new BadRequest('rows takes numbers of rows, the first one after the header being 1.');
  }
  return new Set(list.map(Number));
}

async function addAttachments(magpie: Magpie, call: Call): Promise<Answer> {
  const { viewer, args } = call;
  const event = args.event ?? '';
  await requireEditable(magpie, viewer, event);
  const { files, fields } = await readSentForm(call, 'Attribute', 'values');
  if (files.length === 0) throw new BadRequest('No file was received.');
  const eventId = (await magpie.database.as(viewer, (tx) => requireEvent(tx, event))).id;
  const isMalware = readBoolean(fields.malware) ?? false;
  const { saved, errors } = isMalware
    ? await uploadSamples(magpie, viewer, String(eventId), { ...settingsOf(fields), files: files.map(sampleOf) })
    : await attach(magpie, viewer, String(eventId), files, fields);
  return success(`${saved} of ${saved + errors.length} files added.`, {
    id: eventId,
    url: `/events/view/${eventId}`,
    extra: errors.length === 0 ? {} : { errors },
  });
}

async function proposeAttachments(magpie: Magpie, call: Call): Promise<Answer> {
  const { viewer, args } = call;
  const eventId = (await magpie.database.as(viewer, (tx) => requireEvent(tx, args.event ?? ''))).id;
  const { files, fields } = await readSentForm(call, 'ShadowAttribute', 'values');
  if (files.length === 0) throw new BadRequest('No file was received.');
  const isMalware = readBoolean(fields.malware) ?? false;
  const errors: string[] = [];
  for (const { fileName, bytes } of files) {
    const { category = 'Payload delivery', comment = '' } = settingsOf(fields);
    const file = { value: fileName, data: Buffer.from(bytes).toString('base64') };
    const kind = isMalware ? { type: 'malware-sample', encrypt: true } : { type: 'attachment' };
    try {
      await proposeAttribute(magpie, viewer, String(eventId), { category, comment, ...kind, ...file });
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      errors.push(`${fileName}: ${JSON.stringify(error.fields)}`);
    }
  }
  return success(`${files.length - errors.length} of ${files.length} files proposed.`, {
    id: eventId,
    url: `/events/view/${eventId}`,
    extra: errors.length === 0 ? {} : { errors },
  });
}

function settingsOf({ category, comment, distribution, sharing_group_id }: JsonObject): JsonObject {
  const given = { category, comment, distribution, sharing_group_id };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
}

function sampleOf({ fileName, bytes }: SentFile): JsonObject {
  return { filename: fileName, data: Buffer.from(bytes).toString('base64') };
}

async function attach(
  magpie: Magpie,
  viewer: Call['viewer'],
  event: string,
  files: readonly SentFile[],
  fields: JsonObject,
): Promise<{ saved: number; errors: string[] }> {
  const bodies = files.map(({ fileName, bytes }) => ({
    category: 'Payload delivery',
    ...settingsOf(fields),
    type: 'attachment',
    value: fileName,
    data: Buffer.from(bytes).toString('base64'),
  }));
  const outcomes = await addAttributes(magpie, viewer, event, bodies);
  const errors = outcomes.flatMap((outcome, index) =>
    'errors' in outcome ? [`${files[index]?.fileName ?? ''}: ${JSON.stringify(fieldErrors(outcome.errors))}`] : [],
  );
  return { saved: outcomes.length - errors.length, errors };
}

async function listChoices(magpie: Magpie, { viewer, args }: Call): Promise<Answer> {
  const key = args.event ?? 'event-collection';
  if (key === 'event-collection') {
    return json([
      { url: '/events/add_misp_export', text: 'MISP standard (JSON or XML)' },
      { url: '/events/upload_stix/1', text: 'STIX 1.x (XML or JSON)' },
      { url: '/events/upload_stix/2', text: 'STIX 2.x (JSON)' },
    ]);
  }
  const { id } = await magpie.database.as(viewer, (tx) => requireEvent(tx, key));
  const choices = [
    { url: `/events/populate/${id}`, text: 'MISP JSON' },
    { url: `/events/freeTextImport/${id}`, text: 'Free text' },
    { url: `/events/addIOC/${id}`, text: 'OpenIOC' },
    { url: `/attributes/add_threatconnect/${id}`, text: 'ThreatConnect CSV' },
    { url: `/events/upload_analysis_file/${id}`, text: 'Forensic analysis: mactime' },
  ];
  const modules = await importModules(magpie, viewer);
  return json([
    ...choices,
    ...modules.map(({ name, description }) => ({
      url: `/events/importModule/${encodeURIComponent(name)}/${id}`,
      text: description === '' ? name : description,
    })),
  ]);
}

/** None while they are off, or out of reach. */
async function importModules(magpie: Magpie, viewer: Call['viewer']): Promise<{ name: string; description: string }[]> {
  try {
    return (await magpie.modules.offered('Import', viewer)).map(({ descriptor }) => descriptor);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [];
  }
}
