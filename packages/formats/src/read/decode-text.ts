/**
 * The text of a file: by its byte order mark UTF-8 or UTF-16, without one UTF-8 where it is valid, UTF-16 where every
 * other byte of the beginning is zero, else Windows-1252, in which every byte is a character (WHATWG Encoding). NUL
 * characters, which cannot be stored, become the replacement character.
 */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes).replaceAll('\0', '\ufffd');
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const half = zeroHalf(bytes.subarray(0, 200));
  if (half !== null) return half;
  return isUtf8(bytes) ? 'utf-8' : 'windows-1252';
}

function zeroHalf(start: Uint8Array): string | null {
  if (start.length < 4) return null;
  const zeros = [0, 0];
  start.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const most = start.length / 2 - 1;
  if ((zeros[1] ?? 0) >= most && zeros[0] === 0) return 'utf-16le';
  return (zeros[0] ?? 0) >= most && zeros[1] === 0 ? 'utf-16be' : null;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    // Not an error of the file: it is in another encoding.
    return false;
  }
}
