import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ratchetFile = fileURLToPath(new URL('./ratchet.json', import.meta.url));

/** Ids of the exchanges that passed when the ratchet was last written. */
export function readRatchet(file = ratchetFile): string[] {
  if (!existsSync(file)) return [];
  const parsed: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(parsed)) throw new Error(`${file} must hold a list of ids`);
  return parsed.map(String);
}

/** Writes the ids that pass now, one a line, so that changes read well in review. */
export function writeRatchet(ids: readonly string[], file = ratchetFile): void {
  writeFileSync(file, `${JSON.stringify([...ids].sort(), null, 1)}\n`);
}
