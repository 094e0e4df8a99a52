import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

/** What the page costs to load. */
export interface BundleSize {
  /** Compressed bytes of script that the event list needs on a first visit, texts of one language included. */
  readonly firstLoad: number;
  readonly css: number;
  /** Compressed bytes each page adds to what the shell has loaded, by source file. */
  readonly pages: ReadonlyMap<string, number>;
}

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

/** A file and everything it imports statically. */
function closure(manifest: Readonly<Record<string, Chunk>>, roots: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (key: string) => {
    if (found.has(key)) return;
    found.add(key);
    for (const next of manifest[key]?.imports ?? []) visit(next);
  };
  for (const root of roots) visit(root);
  return found;
}

/** Measures the built page from the bundler's manifest. Throws when it has not been built. */
export function measureBundle(): BundleSize {
  const manifest: Readonly<Record<string, Chunk>> = JSON.parse(readFileSync(`${dist}manifest.json`, 'utf8'));
  const compressed = (file: string) => gzipSync(readFileSync(dist + file), { level: 9 }).length;
  const total = (files: Iterable<string>) => [...new Set(files)].reduce((sum, file) => sum + compressed(file), 0);
  const filesOf = (keys: Iterable<string>) => [...keys].flatMap((key) => manifest[key]?.file ?? []);

  const shell = closure(manifest, ['index.html', 'src/i18n/messages/first/en.ts']);
  const first = closure(manifest, [
    'index.html',
    'src/i18n/messages/first/en.ts',
    'src/pages/intelligence/event-list-page.tsx',
  ]);
  const pages = new Map<string, number>();
  for (const key of Object.keys(manifest)) {
    if (!/^src\/pages\/.*-page\.tsx$/.test(key)) continue;
    pages.set(key, total(filesOf([...closure(manifest, [key])].filter((entry) => !shell.has(entry)))));
  }
  const css = total([...first].flatMap((key) => manifest[key]?.css ?? []));
  return { firstLoad: total([...filesOf(first), 'assets/appearance.js']), css, pages };
}
