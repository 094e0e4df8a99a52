/**
 * The content of a part as it was before it was sent (RFC 2045, 6; uuencode: POSIX). Line breaks stay what they are.
 * @param encoding Content-Transfer-Encoding, in lower case
 */
export function decodeTransfer(body: Buffer, encoding: string): Uint8Array {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding === 'quoted-printable') return decodeQuoted(body);
  if (/^(x-)?uu(encode|e)?$/.test(encoding)) return decodeUu(body);
  return body;
}

const EQUALS = 0x3d;

function decodeQuoted(body: Buffer): Uint8Array {
  const out = Buffer.alloc(body.length);
  let length = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    const skipped = byte === EQUALS ? softBreak(body, at + 1) : 0;
    const code = byte === EQUALS && skipped === 0 ? hexByte(body, at + 1) : null;
    if (skipped > 0) at += skipped;
    else {
      out[length] = code ?? byte;
      length += 1;
      if (code !== null) at += 2;
    }
  }
  return out.subarray(0, length);
}

/** Length of blanks and the line break that follow an equals sign at the end of a line; 0 for none. */
function softBreak(body: Buffer, start: number): number {
  let at = start;
  while (body[at] === 0x20 || body[at] === 0x09) at += 1;
  if (at >= body.length) return at - start;
  if (body[at] === 0x0d) at += 1;
  return body[at] === 0x0a ? at + 1 - start : 0;
}

function hexByte(body: Buffer, at: number): number | null {
  const high = nibble(body[at]);
  const low = nibble(body[at + 1]);
  return high === null || low === null ? null : high * 16 + low;
}

function nibble(code = 0): number | null {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : null;
}

/**
 * Lines of 45 bytes, four characters for three bytes; what is around them is passed over. A text whose lines promise
 * more than it has room for is none, and stays as it is.
 */
function decodeUu(body: Buffer): Uint8Array {
  const all = body.toString('latin1').split(/\r?\n/);
  const begin = all.findIndex((line) => /^begin [0-7]{3,4} /.test(line)) + 1;
  const end = all.indexOf('end', begin);
  const lines = all.slice(begin, end === -1 ? all.length : end).filter((line) => line !== '');
  const bytes = lines.reduce((sum, line) => sum + six(line, 0), 0);
  if (bytes > body.length) return body;
  // Three bytes are written at once, the last ones of a line over its end.
  const out = Buffer.alloc(bytes + 2);
  let length = 0;
  for (const line of lines) {
    const own = six(line, 0);
    for (let group = 0; group * 3 < own; group += 1) {
      const at = 1 + group * 4;
      const word = (six(line, at) << 18) | (six(line, at + 1) << 12) | (six(line, at + 2) << 6) | six(line, at + 3);
      out.writeUIntBE(word, length + group * 3, 3);
    }
    length += own;
  }
  return out.subarray(0, bytes);
}

/** Six bits of a character; blanks at the end of a line may be missing. */
function six(line: string, at: number): number {
  const code = at < line.length ? line.charCodeAt(at) : 0x20;
  return (code - 0x20) & 0x3f;
}
