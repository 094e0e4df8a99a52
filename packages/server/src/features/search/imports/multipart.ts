import { BadRequest, TooLarge } from '../../../errors.ts';
import { FORM_TOO_LONG, MAX_FORM_BYTES, MAX_FORM_FIELDS, readFormBody, readJsonBody } from '../../../http/body.ts';
import { isObject, type JsonObject, unwrap } from '../../../http/lenient.ts';
import type { Call } from '../../../http/operation.ts';
import type { SentFile } from './read-apart.ts';

const MULTIPART = /^multipart\/form-data\b/i;

type SentBody = Pick<Call, 'headers' | 'body'>;

/** A form with a file, in any of the ways in which clients send one. */
export interface SentForm {
  readonly fields: JsonObject;
  readonly file: SentFile | null;
  /** All files of the form under that name. */
  readonly files: readonly SentFile[];
}

/** Whether a body is a form that may hold files. */
export function isMultipart(call: SentBody): boolean {
  return MULTIPART.test(rawBody(call).type);
}

/**
 * Reads an upload: a form with a file in `name` (`multipart/form-data`, RFC 7578; `Event[name]` and `data[Event][name]`
 * too, and its only file under any name), JSON with the text of the file in `filecontent`, or the file as it is. Throws
 * `BadRequest`, and `TooLarge` for more fields than any form has.
 */
export async function readSentForm(call: SentBody, wrapper: string, name: string): Promise<SentForm> {
  const { bytes, type } = rawBody(call);
  if (MULTIPART.test(type)) return readMultipart(bytes, type, wrapper, name);
  const body = /^application\/json\b/i.test(type) ? readJsonBody(bytes) : null;
  const fields = unwrap(body, wrapper);
  const text = fields.filecontent;
  if (typeof text === 'string') {
    const file = { fileName: typeof fields.filename === 'string' ? fields.filename : 'file', bytes: Buffer.from(text) };
    return withFiles(fields, text === '' ? [] : [file]);
  }
  return withFiles(isObject(body) ? fields : {}, bytes.length === 0 ? [] : [{ fileName: 'file', bytes }]);
}

/**
 * Reads a body of fields, JSON or a form, that may bring a file in `name` when it is `multipart/form-data`. Throws
 * `BadRequest`, and `Refused` for broken JSON.
 */
export async function readSentFields(call: SentBody, wrapper: string, name: string): Promise<SentForm> {
  const { bytes, type } = rawBody(call);
  if (MULTIPART.test(type)) return readMultipart(bytes, type, wrapper, name);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(type);
  const body = isForm ? readFormBody(bytes) : readJsonBody(bytes);
  return withFiles(isObject(body) ? body : {}, []);
}

function withFiles(fields: JsonObject, files: readonly SentFile[]): SentForm {
  return { fields, file: files.at(-1) ?? null, files };
}

function rawBody(call: SentBody): { bytes: Buffer; type: string } {
  const header = call.headers['content-type'];
  const type = (Array.isArray(header) ? header[0] : header) ?? '';
  return { bytes: Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0), type };
}

async function readMultipart(bytes: Buffer, type: string, wrapper: string, name: string): Promise<SentForm> {
  checkParts(bytes, type);
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch((cause: unknown) => {
    throw new BadRequest('The form cannot be read.', { cause });
  });
  const fields: JsonObject = Object.create(null);
  const files: SentFile[] = [];
  const others: SentFile[] = [];
  let length = 0;
  for (const [key, value] of form) {
    if (typeof value === 'string') length += value.length;
    if (length > MAX_FORM_BYTES) throw new TooLarge(FORM_TOO_LONG);
    const path = fieldPath(key, wrapper);
    const field = path.at(-1) ?? key;
    if (typeof value === 'string') putField(fields, path, value);
    else if (value.size > 0) {
      const list = field === name || field === 'file' ? files : others;
      list.push({ fileName: value.name.slice(0, 255), bytes: Buffer.from(await value.arrayBuffer()) });
    }
  }
  return withFiles(fields, files.length === 0 && others.length === 1 ? others : files);
}

/** Parts are counted before they are read: some hundred thousand take seconds, in which nobody else is served. */
function checkParts(bytes: Buffer, type: string): void {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(type) ?? [];
  const delimiter = `\r\n--${quoted ?? plain}`;
  let parts = 1;
  for (let at = bytes.indexOf(delimiter); at !== -1; at = bytes.indexOf(delimiter, at + delimiter.length)) {
    parts += 1;
    if (parts > MAX_FORM_FIELDS) throw new TooLarge(`A form may have ${MAX_FORM_FIELDS} fields at most.`);
  }
}

/** `data[Event][config][limit]` as `config`, `limit`. */
function fieldPath(key: string, wrapper: string): string[] {
  const parts = key.split(/[[\]]+/).filter((part) => part !== '');
  if (parts.length > 1 && parts[0] === 'data') parts.shift();
  if (parts.length > 1 && parts[0] === wrapper) parts.shift();
  return parts;
}

const DEEPEST_FIELD = 3;

function putField(fields: JsonObject, path: readonly string[], value: string): void {
  const [name = '', ...rest] = path.length > DEEPEST_FIELD ? path.slice(-1) : path;
  if (rest.length === 0) {
    fields[name] = value;
    return;
  }
  const known = fields[name];
  const inner: JsonObject = isObject(known) ? known : Object.create(null);
  fields[name] = inner;
  putField(inner, rest, value);
}
