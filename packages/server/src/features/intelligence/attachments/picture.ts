import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import type { Answer } from '../../../http/answer.ts';
import { findStoredFile } from './download.ts';

const NO_PICTURE = 'The attribute is no picture.';

// What browsers draw without running anything: by their first bytes, never by name (SVG holds script).
const formats: readonly (readonly [contentType: string, isIt: (bytes: Buffer) => boolean])[] = [
  ['image/png', (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))],
  ['image/jpeg', (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex'))],
  ['image/gif', (bytes) => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6))],
  ['image/webp', (bytes) => /^RIFF[\s\S]{4}WEBP$/.test(bytes.toString('latin1', 0, 12))],
];

/** The type of a picture by its first bytes (PNG, JPEG, GIF, WebP); null for everything else. */
export function pictureType(bytes: Buffer): string | null {
  return formats.find(([, isIt]) => isIt(bytes))?.[0] ?? null;
}

/** The picture of an attachment, to be shown. Throws `NotFound` for what is not visible and for what is no picture. */
export async function showPicture(magpie: Magpie, viewer: Viewer, idOrUuid: string | undefined): Promise<Answer> {
  const { attribute, bytes } = await findStoredFile(magpie, viewer, idOrUuid);
  return pictureAnswer(attribute.type === 'attachment' ? bytes : null);
}

/** Bytes as a picture; null and what is none is `NotFound`. */
export function pictureAnswer(bytes: Buffer | null): Answer {
  const contentType = bytes === null ? null : pictureType(bytes);
  if (bytes === null || contentType === null) throw new NotFound(NO_PICTURE);
  const headers = {
    'content-disposition': 'inline',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  };
  return { kind: 'bytes', status: 200, contentType, bytes, headers };
}
