import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';

/** Enough for the whole list of a web browser's authorities. */
const MAX_BYTES = 2 ** 20;

/** The authorities in a file of certificates (PEM, RFC 7468); null when it cannot be read or has none. */
export async function readAuthorities(path: string): Promise<string | null> {
  try {
    const file = await stat(path);
    // Pipes and devices would never end.
    if (!file.isFile() || file.size > MAX_BYTES) return null;
    const text = await readFile(path, 'utf8');
    // Throws where there is none. A service's own certificate does too: it need not be an authority's.
    new X509Certificate(text);
    return text;
  } catch {
    return null;
  }
}
