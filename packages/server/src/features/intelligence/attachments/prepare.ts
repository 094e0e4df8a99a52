import { createHash } from 'node:crypto';
import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { Invalid } from '../../../errors.ts';
import { type JsonObject, readBoolean } from '../../../http/lenient.ts';
import { pictureType } from './picture.ts';
import type { AttachmentStore } from './store.ts';

// Workers would be loaded from blob URLs; small files are quicker without.
configure({ useWebWorkers: false });

/** A file that came with an attribute, stored already. */
export interface StoredFile {
  sha256: Buffer;
  size: number;
}

/** Types whose value is a file. */
export function isFileType(type: unknown): boolean {
  return type === 'attachment' || type === 'malware-sample';
}

/**
 * Takes the file out of an attribute body: decodes `data`, encrypts a sample that asks for it, stores the bytes and
 * returns the body with its final value. Bodies without a file come back as they are.
 *
 * `malware-sample` with `encrypt` gets the value `name|md5` and a ZIP with the traditional ZIP encryption (APPNOTE
 * 6.1) and the password `infected`; without `encrypt` the data is taken to be that ZIP already.
 * Throws `Invalid` when the data is not base64.
 */
export async function takeFile(
  body: JsonObject,
  store: AttachmentStore,
): Promise<{ body: JsonObject; file: StoredFile | null }> {
  const data = typeof body.data === 'string' ? body.data : body.base64;
  if (!isFileType(body.type) || typeof data !== 'string' || data === '') return { body, file: null };
  const bytes = decodeBase64(data);
  if (bytes === null) throw new Invalid('', { data: ['Expected base64 text.'] });
  const name = baseName(typeof body.value === 'string' ? body.value : '');
  if (body.type === 'attachment') {
    return { body: { ...body, value: withExtension(name, bytes) }, file: await store.put(bytes) };
  }
  if (readBoolean(body.encrypt) !== true) return { body: { ...body, value: name }, file: await store.put(bytes) };
  const md5 = createHash('md5').update(bytes).digest('hex');
  const plainName = name.split('|')[0] ?? name;
  const zip = await encryptSample(bytes, md5, plainName);
  return { body: { ...body, value: `${plainName}|${md5}` }, file: await store.put(zip) };
}

/** The bytes behind base64 text, white space ignored; null when it is no base64. */
export function decodeBase64(data: string): Buffer | null {
  const text = data.replaceAll(/\s/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, 'base64') : null;
}

/** The name without folders, whichever slash they use. */
function baseName(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}

const ZIP = Buffer.from('504b0304', 'hex');
const extensions: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpeg',
  'image/gif': '.gif',
  'image/webp': '.webp',
};

/** The name of an attachment; one without an extension gets that of the picture or ZIP that its bytes are. */
function withExtension(name: string, bytes: Buffer): string {
  if (name === '' || name.includes('.')) return name;
  const picture = pictureType(bytes);
  if (picture !== null) return name + (extensions[picture] ?? '');
  return bytes.subarray(0, ZIP.length).equals(ZIP) ? `${name}.zip` : name;
}

/** The ZIP of a sample: the file under its md5, and its original name beside it. */
export async function encryptSample(bytes: Buffer, md5: string, fileName: string): Promise<Buffer> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { password: 'infected', zipCrypto: true });
  await zip.add(md5, new Uint8ArrayReader(bytes));
  await zip.add(`${md5}.filename.txt`, new Uint8ArrayReader(Buffer.from(fileName, 'utf8')));
  return Buffer.from(await zip.close());
}
