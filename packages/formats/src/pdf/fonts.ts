import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { create } from 'fontkit';
import { fontOfWoff } from './woff.ts';

/** A font that may be embedded, with what it can show. */
export interface PdfFont {
  readonly name: string;
  readonly bytes: Buffer;
  has(codePoint: number): boolean;
}

// In the order in which they are asked for a letter: Latin, Greek, Cyrillic, Arabic and Hebrew; Chinese with most of
// Japanese; Korean; the rest of Japanese. All under open licences (Bitstream Vera, SIL OFL 1.1, Apache 2.0).
const files = {
  latin: '@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff',
  chinese: '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff',
  korean: '@fontsource/nanum-gothic/files/nanum-gothic-korean-400-normal.woff',
  japanese: '@fontsource/kosugi/files/kosugi-japanese-400-normal.woff',
};

/** Reads the fonts of documents. */
export async function loadPdfFonts(): Promise<PdfFont[]> {
  const { resolve } = createRequire(import.meta.url);
  return Promise.all(
    Object.entries(files).map(async ([name, file]) => {
      const bytes = fontOfWoff(await readFile(resolve(file)));
      const font = create(bytes);
      if (!('hasGlyphForCodePoint' in font)) throw new Error(`${file} is not a single font`);
      return { name, bytes, has: (codePoint: number) => font.hasGlyphForCodePoint(codePoint) };
    }),
  );
}

/** A stretch of text in one font. */
export interface FontRun {
  readonly font: string;
  readonly text: string;
}

/** Text by the fonts that can show it; what none can becomes a white square, control characters nothing. */
export function fontRuns(text: string, fonts: readonly PdfFont[]): FontRun[] {
  const runs: { font: string; text: string }[] = [];
  for (const letter of text) {
    const codePoint = letter.codePointAt(0) ?? 0;
    if (codePoint < 32 || (codePoint >= 0x7f && codePoint < 0xa0)) continue;
    const able = fonts.find((font) => font.has(codePoint));
    const font = able?.name ?? fonts[0]?.name ?? '';
    const shown = able === undefined ? '\u25a1' : letter;
    const last = runs.at(-1);
    if (last?.font === font) last.text += shown;
    else runs.push({ font, text: shown });
  }
  return runs;
}
