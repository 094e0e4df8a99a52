import { createHash } from 'node:crypto';
import { isTypeInCategory } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readInteger, readText } from '../../../http/lenient.ts';
import { contextOf } from '../attributes/service.ts';
import { addEvent } from '../events/add.ts';
import { attachDefaultTags } from '../events/default-tags.ts';
import { canModifyEvent, findEvent, touchEvent } from '../events/rights.ts';
import type { EventRow } from '../events/rows.ts';
import type { Rejection } from '../events/write-context.ts';
import { applyTemplate, findNamedTemplate } from '../objects/template.ts';
import { writeObjects } from '../objects/write.ts';
import { safeFileName } from './file-name.ts';
import { decodeBase64 } from './prepare.ts';

/** What became of an upload. */
export interface UploadedSamples {
  eventId: number;
  saved: number;
  /** One line for each file that was not taken. */
  errors: string[];
}

interface Sample {
  name: string;
  data: string;
  bytes: Buffer;
}

/** The template of a file (MISP's own, version of the recording) where this instance does not have it. */
const FILE_TEMPLATE = {
  name: 'file',
  'meta-category': 'file',
  description: 'File object describing a file with meta-information',
  template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
  template_version: 25,
};

/**
 * Stores files as `file` objects, each with the encrypted sample, its name, size and hashes: in the event of the path
 * (a numeric id), else in a new one made from the body. Files that cannot be read are told, the others stored.
 *
 * Throws `BadRequest` for a body without usable files or settings, `NotFound` for an event that is not there or not
 * the viewer's to change.
 */
export function uploadSamples(
  magpie: Magpie,
  viewer: Viewer,
  eventKey: string | undefined,
  body: JsonObject,
): Promise<UploadedSamples> {
  const { samples, errors } = readSamples(body.files);
  const settings = readSettings(body, { newEvent: eventKey === undefined });
  return magpie.database.as(viewer, async (tx) => {
    const event =
      eventKey === undefined
        ? await makeEvent(magpie, tx, viewer, body, settings)
        : await existingEvent(tx, viewer, eventKey);
    const template = applyTemplate(
      FILE_TEMPLATE,
      await findNamedTemplate(tx, {}, { template_uuid: FILE_TEMPLATE.template_uuid }),
    );
    const context = await contextOf(magpie, tx, viewer, event);
    const base = 'body' in template ? template.body : FILE_TEMPLATE;
    const written = await writeObjects(
      context,
      samples.map((sample, index) => ({ body: objectBody(sample, base, settings), path: `files[${index}]` })),
    );
    const refused = written.flatMap(({ attributes }) => attributes.filter((outcome) => 'errors' in outcome));
    const [problem] = [...context.rejected, ...refused];
    if (problem !== undefined) throw new BadRequest(`The samples could not be saved: ${reasonOf(problem)}`);
    await touchEvent(tx, event.id, magpie.now());
    return { eventId: event.id, saved: samples.length, errors };
  });
}

/** Reads `files`; throws `BadRequest` when there is none that can be read. */
function readSamples(files: unknown): { samples: Sample[]; errors: string[] } {
  const list = Array.isArray(files) ? files : [files];
  const samples: Sample[] = [];
  const errors: string[] = [];
  for (const [index, file] of list.entries()) {
    if (!isObject(file) || typeof file.filename !== 'string' || typeof file.data !== 'string') {
      throw new BadRequest('No samples received, or samples not in the correct format: files with filename and data.');
    }
    const name = safeFileName(file.filename);
    const bytes = decodeBase64(file.data);
    if (name === null) errors.push(`files[${index}]: the file name is not usable.`);
    else if (bytes === null || bytes.length === 0) errors.push(`${name}: data is not base64 text of a file.`);
    else samples.push({ name, data: file.data, bytes });
  }
  if (samples.length === 0) throw new BadRequest(`No sample could be read. ${errors.join(' ')}`.trim());
  return { samples, errors };
}

interface UploadSettings {
  distribution: number;
  category: string;
  comment: string;
  toIds: boolean | undefined;
  /** Keys that name the sharing group, as sent. */
  group: JsonObject;
}

function readSettings(body: JsonObject, { newEvent }: { newEvent: boolean }): UploadSettings {
  const sent = body.distribution ?? null;
  const distribution = sent === null && !newEvent ? 5 : readInteger(sent);
  const highest = newEvent ? 4 : 5;
  if (distribution === null || distribution < 0 || distribution > highest) {
    throw new BadRequest(`A distribution of 0 to ${highest} has to be given.`);
  }
  const category = readText(body, 'category') || 'Payload installation';
  if (!isTypeInCategory('malware-sample', category)) {
    throw new BadRequest(`Samples cannot be in the category ${category}.`);
  }
  const { sharing_group_id, SharingGroup } = body;
  return {
    distribution,
    category,
    comment: readText(body, 'comment') ?? '',
    toIds: readBoolean(body.to_ids),
    group: distribution === 4 ? { sharing_group_id, SharingGroup } : {},
  };
}

async function makeEvent(
  magpie: Magpie,
  tx: Transaction,
  viewer: Viewer,
  body: JsonObject,
  settings: UploadSettings,
): Promise<EventRow> {
  const { analysis, threat_level_id } = body;
  const info = readText(body, 'info') || 'Uploaded samples';
  const { distribution, group } = settings;
  const { id } = await addEvent(magpie, tx, viewer, { info, analysis, threat_level_id, distribution, ...group });
  await attachDefaultTags(magpie, tx, id);
  const event = await findEvent(tx, id);
  if (event === null) throw new NotFound('Event not found');
  return event;
}

async function existingEvent(tx: Transaction, viewer: Viewer, key: string): Promise<EventRow> {
  const event = readId(key) === null ? null : await findEvent(tx, key, { lock: true });
  if (event === null || !canModifyEvent(viewer, event)) throw new NotFound('Event not found');
  return event;
}

function objectBody(sample: Sample, base: JsonObject, settings: UploadSettings): JsonObject {
  const { comment, category, distribution, group } = settings;
  const indicator = settings.toIds === undefined ? {} : { to_ids: settings.toIds };
  const member = (relation: string, value: string, more: JsonObject = {}): JsonObject => ({
    object_relation: relation,
    type: relation,
    value,
    comment,
    ...(isTypeInCategory(relation, category) ? { category } : {}),
    ...more,
  });
  const digest = (algorithm: string) =>
    member(algorithm, createHash(algorithm).update(sample.bytes).digest('hex'), indicator);
  return {
    ...base,
    ...group,
    distribution,
    comment,
    Attribute: [
      member('malware-sample', sample.name, { data: sample.data, encrypt: true, ...indicator }),
      member('filename', sample.name, { to_ids: false }),
      digest('md5'),
      digest('sha1'),
      digest('sha256'),
      member('size-in-bytes', String(sample.bytes.length)),
    ],
  };
}

function reasonOf(problem: Rejection | { errors: unknown } | { id: number }): string {
  if ('reason' in problem) return JSON.stringify(problem.reason);
  return 'errors' in problem ? JSON.stringify(problem.errors) : '';
}
