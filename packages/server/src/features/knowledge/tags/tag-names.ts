import { galaxyTagColour, isCustomGalaxyTag, isGalaxyTag, tagColour } from '@magpie/model';

const MAX_NAME_BYTES = 255;

/** What a new tag of this name is, before it is stored. */
export interface NewTag {
  name: string;
  colour: string;
  numericalValue: number | null;
  isGalaxy: boolean;
  isCustomGalaxy: boolean;
}

/**
 * The name as it is stored: trimmed, at most 255 bytes of UTF-8 (cut between characters). Null when nothing is left
 * or when it holds what PostgreSQL cannot store (NUL).
 */
export function cleanTagName(name: string): string | null {
  const trimmed = name.trim().toWellFormed();
  if (trimmed === '' || trimmed.includes('\0')) return null;
  if (Buffer.byteLength(trimmed) <= MAX_NAME_BYTES) return trimmed;
  let cut = '';
  let bytes = 0;
  for (const character of trimmed) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME_BYTES) break;
    cut += character;
  }
  return cut.trim();
}

/** MISP's `#rrggbb`; null for anything else. */
export function readColour(colour: unknown): string | null {
  return typeof colour === 'string' && /^#[0-9a-f]{6}$/i.test(colour) ? colour : null;
}

/** What the libraries say about a tag. */
export interface KnownTag {
  colour: string;
  numericalValue: number | null;
}

/**
 * Fills in what follows from the name. The given colour wins over the taxonomy's, that over the galaxies' blue, and
 * that over the one made from the name.
 */
export function describeNewTag(name: string, givenColour: unknown, known: KnownTag | undefined): NewTag {
  const isGalaxy = isGalaxyTag(name);
  return {
    name,
    colour: readColour(givenColour) ?? known?.colour ?? (isGalaxy ? galaxyTagColour : tagColour(name)),
    numericalValue: known?.numericalValue ?? null,
    isGalaxy,
    isCustomGalaxy: isCustomGalaxyTag(name),
  };
}
