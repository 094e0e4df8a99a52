import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { type Answer, attachment, json } from '../../../http/answer.ts';
import { readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { streamedJson } from '../../../http/streamed-json.ts';
import { checkFiles } from './check-files.ts';
import { downloadFile } from './download.ts';
import { type FoundSample, findSamples } from './find-samples.ts';
import { showPicture } from './picture.ts';
import { uploadSamples } from './upload-samples.ts';

const idText = Type.Union([Type.String(), Type.Integer()]);

/** Files: attachments and malware samples of attributes. */
export function attachmentOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'attributes.download',
      summary: 'The file of an attachment, or a sample as encrypted ZIP (password infected)',
      path: '/attributes/download/{attribute}',
      aliases: ['/attributes/downloadAttachment/download/{attribute}'],
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      model: 'Attribute',
      answersBrowsers: true,
      handle: async (call) => downloadAnswer(magpie, call),
    },
    {
      name: 'attributes.viewPicture',
      summary: 'The picture of an attachment, to be shown: PNG, JPEG, GIF or WebP',
      path: '/attributes/viewPicture/{attribute}/{thumbnail?}',
      methods: ['GET'],
      effect: 'read',
      permission: 'any',
      answersBrowsers: true,
      handle: ({ viewer, args }) => showPicture(magpie, viewer, args.attribute),
    },
    {
      name: 'attributes.downloadSample',
      summary: 'Samples by MD5, SHA-1 or SHA-256, or those of an event, as base64 of their encrypted ZIP',
      path: '/attributes/downloadSample/{hash?}/{allSamples?}/{eventID?}',
      methods: ['POST', 'GET'],
      effect: 'read',
      permission: 'any',
      body: Type.Object({
        hash: Type.Optional(Type.String()),
        allSamples: Type.Optional(Type.Unknown()),
        eventID: Type.Optional(idText),
      }),
      handle: (call) => samplesAnswer(magpie, call),
    },
    {
      name: 'attributes.checkAttachments',
      summary:
        'Attributes whose file is gone, 1,000 files looked at after `after_id`; X-Next-After-Id while there are more',
      path: '/attributes/checkAttachments',
      methods: ['GET', 'POST'],
      effect: 'read',
      permission: 'perm_site_admin',
      body: Type.Object({ after_id: Type.Optional(idText), limit: Type.Optional(idText) }),
      handle: (call) => missingAnswer(magpie, call),
    },
    {
      name: 'events.upload_sample',
      summary: 'Stores files as samples with their hashes, in an event or in a new one',
      path: '/events/upload_sample/{event?}',
      methods: ['POST'],
      effect: 'write',
      permission: ['perm_auth', 'perm_add'],
      model: 'Event',
      body: Type.Object(
        {
          files: Type.Optional(Type.Array(Type.Object({ filename: Type.String(), data: Type.String() }))),
          distribution: Type.Optional(idText),
          info: Type.Optional(Type.String()),
          category: Type.Optional(Type.String()),
          comment: Type.Optional(Type.String()),
        },
        { additionalProperties: true },
      ),
      handle: (call: Call) => uploadAnswer(magpie, call),
    },
  ];
}

async function downloadAnswer(magpie: Magpie, call: Call): Promise<Answer> {
  const { bytes, fileName, contentType } = await downloadFile(magpie, call.viewer, call.args.attribute);
  const answer = attachment(bytes, fileName, contentType);
  if (answer.kind !== 'bytes') return answer;
  // Even a browser that is tricked into opening it runs nothing under this site's name.
  const fences = { 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox" };
  return { ...answer, headers: { ...answer.headers, ...fences } };
}

async function missingAnswer(magpie: Magpie, { viewer, named, body }: Call): Promise<Answer> {
  const given = { ...unwrap(body), ...named };
  const limit = readId(given.limit) ?? undefined;
  const { missing, next } = await checkFiles(magpie, viewer, readId(given.after_id) ?? 0, limit);
  const list = missing.map(({ id, event_id, ...row }) => ({
    Attribute: { id: String(id), event_id: String(event_id), ...row },
  }));
  return json(list, { headers: next === null ? {} : { 'x-has-more': '1', 'x-next-after-id': String(next) } });
}

async function samplesAnswer(magpie: Magpie, call: Call): Promise<Answer> {
  const body = unwrap(call.body);
  const hash = readHash(call.args.hash ?? body.hash);
  const event = call.args.eventID ?? body.eventID;
  const eventId = readId(event);
  const unreadable = hash === undefined || (event !== undefined && event !== null && event !== '' && eventId === null);
  const allSamples = readBoolean(call.args.allSamples ?? body.allSamples) ?? false;
  const samples = unreadable ? [] : await findSamples(magpie, call.viewer, { hash, eventId, allSamples });
  if (samples.length === 0) return json({ message: 'No hits with the given parameters.' });
  return streamedJson(sampleTexts(magpie, samples));
}

/** A hash in lower case, null when none was sent, undefined when it is not one of ours. */
function readHash(value: unknown): string | null | undefined {
  if (value === undefined || value === null || value === '' || value === false || value === 'false') return null;
  return typeof value === 'string' && /^([0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(value)
    ? value.toLowerCase()
    : undefined;
}

/** One file in memory at a time. */
async function* sampleTexts(magpie: Magpie, samples: readonly FoundSample[]): AsyncGenerator<string> {
  let separator = '{"result":[';
  for (const { md5, filename, attribute_id, event_id, event_info, sha256 } of samples) {
    const base64 = (await magpie.attachments.get(sha256)).toString('base64');
    const ids = { attribute_id: String(attribute_id), event_id: String(event_id) };
    yield separator + JSON.stringify({ md5, base64, filename, ...ids, event_info });
    separator = ',';
  }
  yield ']}';
}

async function uploadAnswer(magpie: Magpie, call: Call): Promise<Answer> {
  const { eventId, saved, errors } = await uploadSamples(magpie, call.viewer, call.args.event, unwrap(call.body));
  const id = String(eventId);
  const url = `${magpie.config.baseUrl}/events/view/${id}`;
  if (errors.length === 0) return json({ name: 'Success', message: 'Success, saved all attributes.', url, id });
  const message = `Saved ${saved} of ${saved + errors.length} samples.`;
  return json({ name: 'Partial success', message, url, id, errors });
}
