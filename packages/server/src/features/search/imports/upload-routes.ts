import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { readInteger, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { findJob } from '../../administration/jobs/queries.ts';
import { fetchFile, formatOf } from './fetch-file.ts';
import { IMPORT_FILE } from './jobs.ts';
import { preview } from './preview-file.ts';
import type { SentFile } from './read-apart.ts';
import { inReadingTurn } from './reading-turns.ts';
import { storedWire, storeFile } from './store-file.ts';
import { readReadingOptions, readStoreOptions, storeOptionsJson } from './store-options.ts';
import { dropUpload, findUpload, isBegun, keepUpload, noteJob, openUpload, settleUpload } from './uploads.ts';

/** Larger files, and those that are known to hold more, are stored in the background. */
const QUICK_BYTES = 1_000_000;
const QUICK_EVENTS = 100;
const QUICK_ATTRIBUTES = 10_000;
const LONGEST_NAME = 255;
const IMPORTED = 'This file was imported already.';

const anyObject = Type.Object({}, { additionalProperties: true });
const readingBody = { format: Type.Optional(Type.String()), csv: Type.Optional(anyObject) };
const storeBody = Type.Object({
  ...readingBody,
  event: Type.Optional(Type.String()),
  distribution: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
  sharing_group_id: Type.Optional(Type.Union([Type.Integer(), Type.String()])),
  galaxies_as_tags: Type.Optional(Type.Boolean()),
  regenerate_uuids: Type.Optional(Type.Boolean()),
  events: Type.Optional(Type.Integer({ description: 'How many events the preview told of; for the progress.' })),
  attributes: Type.Optional(Type.Integer({ description: 'How many attributes it told of.' })),
});

/** Importing a file in steps: send it, look at what it gives, store it, see what became of it. */
export function uploadOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'ui.importUpload',
      summary: 'Takes a file of any known format as the body and tells what it would give; stores nothing',
      path: '/ui/import-upload',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      rawBody: true,
      response: anyObject,
      handle: async ({ viewer, body, query }) => {
        const file = sentFile(body, query.get('name') ?? '');
        const upload = await keepUpload(magpie, viewer, file);
        return json({
          upload,
          name: file.fileName,
          size: file.bytes.length,
          ...(await inReadingTurn(viewer, () => preview(magpie, viewer, file, {}))),
        });
      },
    },
    {
      name: 'ui.importUrl',
      summary: 'Fetches a file of the public Internet, keeps it and tells what it would give; stores nothing',
      path: '/ui/import-url',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      body: Type.Object({ url: Type.String({ maxLength: 4000 }) }),
      response: anyObject,
      handle: async ({ viewer, body }) => {
        const { url } = unwrap(body);
        if (typeof url !== 'string' || url.trim() === '') throw new BadRequest('url is missing.');
        const { file, told } = await inReadingTurn(viewer, async () => {
          const fetched = await fetchFile(magpie.outgoing, url.trim());
          const format = formatOf(fetched);
          const reading = { pageUrl: fetched.url, ...(format === null ? {} : { format }) };
          return { file: fetched, told: await preview(magpie, viewer, fetched, reading) };
        });
        const upload = await keepUpload(magpie, viewer, file);
        return json({ upload, name: file.fileName, size: file.bytes.length, ...told });
      },
    },
    {
      name: 'ui.importPreview',
      summary: 'What a sent file would give when it is read in another way; stores nothing',
      path: '/ui/import-preview/{upload}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'read',
      body: Type.Object(readingBody),
      response: anyObject,
      handle: async ({ viewer, args, body }) => {
        const upload = await magpie.database.as(viewer, (tx) => findUpload(tx, args.upload));
        const reading = readReadingOptions(unwrap(body));
        const told = await inReadingTurn(viewer, async () =>
          preview(magpie, viewer, await openUpload(magpie, upload), reading),
        );
        return json({ upload: upload.id, name: upload.file_name, size: upload.size, ...told });
      },
    },
    {
      name: 'ui.importStore',
      summary: 'Stores a sent file, a large one in the background: the answer then names the job',
      path: '/ui/import-store/{upload}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'Event',
      body: storeBody,
      response: anyObject,
      handle: (call) => store(magpie, call.viewer, call.args.upload, unwrap(call.body)),
    },
    {
      name: 'ui.importResult',
      summary: 'How far the import of a sent file is, and what became of it',
      path: '/ui/import-result/{upload}',
      methods: ['GET'],
      permission: 'perm_add',
      effect: 'read',
      response: anyObject,
      handle: async ({ viewer, args }) => {
        const { upload, job } = await magpie.database.as(viewer, async (tx) => {
          const found = await findUpload(tx, args.upload);
          return { upload: found, job: found.job_id === null ? null : await findJob(tx, found.job_id) };
        });
        const { state = null, progress = 0, message = '' } = job ?? {};
        return json({
          job: job === null ? null : String(job.id),
          state,
          progress,
          message,
          result: upload.result ?? null,
        });
      },
    },
    {
      name: 'ui.importDrop',
      summary: 'Forgets a sent file',
      path: '/ui/import-drop/{upload}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      handle: async ({ viewer, args }) => {
        await dropUpload(magpie, viewer, args.upload);
        return success('File forgotten.');
      },
    },
  ];
}

function sentFile(body: unknown, name: string): SentFile {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new BadRequest('Send the file as the body of the request.');
  const plain = (name.split(/[\\/]/).at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, '')
    .toWellFormed()
    .slice(0, LONGEST_NAME);
  return { fileName: plain || 'file', bytes: body };
}

function expectedOf({ events, attributes }: Record<string, unknown>): { events: number; attributes: number } {
  return { events: readInteger(events) ?? 0, attributes: readInteger(attributes) ?? 0 };
}

function isLarge(size: number, { events, attributes }: { events: number; attributes: number }): boolean {
  return size > QUICK_BYTES || events > QUICK_EVENTS || attributes > QUICK_ATTRIBUTES;
}

async function store(
  magpie: Magpie,
  viewer: Viewer,
  key: string | undefined,
  body: Record<string, unknown>,
): Promise<Answer> {
  const options = readStoreOptions(body);
  const upload = await magpie.database.as(viewer, async (tx) => {
    const found = await findUpload(tx, key);
    if (await isBegun(tx, found)) throw new BadRequest(IMPORTED);
    return found;
  });
  if (isLarge(upload.size, expectedOf(body)) && magpie.jobs.running) {
    const job = await magpie.database.as(viewer, async (tx) => {
      const id = await magpie.jobs.enqueue(tx, {
        kind: IMPORT_FILE,
        queue: 'default',
        title: upload.file_name,
        input: { upload: upload.id, options: storeOptionsJson(options), ...expectedOf(body) },
      });
      if (!(await noteJob(tx, upload.id, id))) throw new BadRequest(IMPORTED);
      return id;
    });
    return json({ upload: upload.id, job: String(job) });
  }
  const stored = await inReadingTurn(viewer, async () =>
    storeFile(magpie, viewer, await openUpload(magpie, upload), options, { seed: upload.id }),
  );
  const result = storedWire(stored);
  await settleUpload(magpie, viewer, upload.id, result);
  return json({ upload: upload.id, job: null, result });
}
