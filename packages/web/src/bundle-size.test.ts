import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { measureBundle } from '../scripts/bundle-size.ts';

const isBuilt = existsSync(fileURLToPath(new URL('../dist/manifest.json', import.meta.url)));
const kilobytes = (bytes: number) => Math.round(bytes / 100) / 10;

describe('the built page', () => {
  it('loads at most 185 KB of compressed script and 30 KB of style at first', ({ skip }) => {
    if (!isBuilt) skip('the web client is not built: npm run build --workspace @magpie/web');
    const { firstLoad, css } = measureBundle();
    expect(kilobytes(firstLoad)).toBeLessThan(185);
    expect(kilobytes(css)).toBeLessThan(30);
  });

  it('adds at most 60 KB of compressed script a page', ({ skip }) => {
    if (!isBuilt) skip('the web client is not built: npm run build --workspace @magpie/web');
    const heavy = [...measureBundle().pages].filter(([, bytes]) => kilobytes(bytes) > 60);
    expect(heavy).toEqual([]);
  });
});
