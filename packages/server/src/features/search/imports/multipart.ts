import { BadRequest } from '../../../errors.ts';
import { readJsonBody } from '../../../http/body.ts';
import { isObject, type JsonObject, unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';
import type { SentFile } from './read-apart.ts';

/** A form with a file, in any of the ways in which clients send one. */
export interface SentForm {
  readonly fields: JsonObject;
  readonly file: SentFile | null;
}

/**
 * Reads an upload: a form with a file in `name` (`multipart/form-data`, RFC 7578; `Event[name]` and `data[Event][name]`
 * too), JSON with the text of the file in `filecontent`, or the file as it is. Throws `BadRequest`.
 */
export async function readSentForm(call: Call, wrapper: string, name: string): Promise<SentForm> {
  const bytes = Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0);
  const header = call.headers['content-type'];
  const type = (Array.isArray(header) ? header[0] : header) ?? '';
  if (/^multipart\/form-data\b/i.test(type)) return readMultipart(bytes, type, name);
  const body = /^application\/json\b/i.test(type) ? readJsonBody(bytes) : null;
  const fields = unwrap(body, wrapper);
  const text = fields.filecontent;
  if (typeof text === 'string') {
    const file = { fileName: typeof fields.filename === 'string' ? fields.filename : 'file', bytes: Buffer.from(text) };
    return { fields, file: text === '' ? null : file };
  }
  return { fields: isObject(body) ? fields : {}, file: bytes.length === 0 ? null : { fileName: 'file', bytes } };
}

async function readMultipart(bytes: Buffer, type: string, name: string): Promise<SentForm> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch((cause: unknown) => {
    throw new BadRequest('The form cannot be read.', { cause });
  });
  const fields: JsonObject = Object.create(null);
  let file: SentFile | null = null;
  for (const [key, value] of form) {
    const field =
      key
        .split(/[[\]]+/)
        .filter((part) => part !== '')
        .at(-1) ?? key;
    if (typeof value === 'string') fields[field] = value;
    else if (field === name || field === 'file') {
      file = { fileName: value.name.slice(0, 255), bytes: Buffer.from(await value.arrayBuffer()) };
    }
  }
  return { fields, file: file === null || file.bytes.length === 0 ? null : file };
}
