/** Longest name that is kept, in characters; file systems take 255 bytes. */
const MAX_LENGTH = 120;

// Control characters, and those that turn the direction of text to disguise an extension.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * A name that is safe to show and to offer for saving: without folders, control characters and the `|` that divides
 * values, cut in the middle when it is long so that the extension stays. Null when nothing is left. Files are never
 * stored under such a name.
 */
export function safeFileName(sent: string): string | null {
  const base = sent.split(/[\\/]/).at(-1) ?? '';
  const name = base.replaceAll(UNSAFE, '').replaceAll('|', '_').trim();
  if (/^\.*$/.test(name)) return null;
  const characters = [...name];
  if (characters.length <= MAX_LENGTH) return name;
  return [...characters.slice(0, MAX_LENGTH - 20), ...characters.slice(-20)].join('');
}
