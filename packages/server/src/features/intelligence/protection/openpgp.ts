import { createHash } from 'node:crypto';

const ARMOUR = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/;
const PUBLIC_KEY_TAG = 6;

/**
 * The fingerprint of the first key in an armoured OpenPGP public key block, in upper-case hexadecimal; null when the
 * text holds none. Version 4 (RFC 4880, 12.2) and version 6 (RFC 9580, 5.5.4) keys.
 */
export function openPgpFingerprint(text: string): string | null {
  const packet = readFirstPacket(dearmour(text));
  if (packet === null || packet.tag !== PUBLIC_KEY_TAG) return null;
  const { body } = packet;
  const length = Buffer.alloc(body[0] === 6 ? 4 : 2);
  if (body[0] === 4 && body.length <= 0xffff) {
    length.writeUInt16BE(body.length);
    return digest('sha1', [Buffer.from([0x99]), length, body]);
  }
  if (body[0] === 6) {
    length.writeUInt32BE(body.length);
    return digest('sha256', [Buffer.from([0x9b]), length, body]);
  }
  return null;
}

function digest(algorithm: 'sha1' | 'sha256', parts: readonly Buffer[]): string {
  return createHash(algorithm).update(Buffer.concat(parts)).digest('hex').toUpperCase();
}

/** The bytes inside the armour: its headers end at an empty line, its checksum line begins with `=`. */
function dearmour(text: string): Buffer {
  const lines = (ARMOUR.exec(text)?.[1] ?? '').split(/\r?\n/);
  const start = lines.findIndex((line) => line.trim() === '');
  const data = lines.slice(start + 1).filter((line) => !line.startsWith('='));
  return Buffer.from(data.join(''), 'base64');
}

/** Tag and body of the packet at the start, in the old or the new format; null where it is cut or of open length. */
function readFirstPacket(bytes: Buffer): { tag: number; body: Buffer } | null {
  const head = bytes[0];
  if (head === undefined || (head & 0x80) === 0) return null;
  const isNew = (head & 0x40) !== 0;
  const size = isNew ? newLength(bytes) : oldLength(bytes, head & 3);
  if (size === null) return null;
  const body = bytes.subarray(size.start, size.start + size.length);
  return body.length === size.length && body.length > 0 ? { tag: isNew ? head & 0x3f : (head >> 2) & 0xf, body } : null;
}

function newLength(bytes: Buffer): { start: number; length: number } | null {
  const [, first = 255, second = 0] = bytes;
  if (first < 192) return { start: 2, length: first };
  if (first < 224) return { start: 3, length: (first - 192) * 256 + second + 192 };
  return first === 255 && bytes.length > 6 ? { start: 6, length: bytes.readUInt32BE(2) } : null;
}

function oldLength(bytes: Buffer, type: number): { start: number; length: number } | null {
  if (bytes.length < 6) return null;
  if (type === 0) return { start: 2, length: bytes.readUInt8(1) };
  if (type === 1) return { start: 3, length: bytes.readUInt16BE(1) };
  return type === 2 ? { start: 5, length: bytes.readUInt32BE(1) } : null;
}
