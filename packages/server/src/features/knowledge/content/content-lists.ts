import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ContentSource, PUBLIC_SOURCE } from '../../../config/content-source.ts';
import type { Magpie } from '../../../context.ts';
import { isSystemError } from '../../../errors.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { ContentSourceError } from './libraries.ts';

/** Lists that MISP's own repository publishes beside the libraries. */
export const contentLists = {
  feeds: { file: 'feeds-defaults.json', upstream: 'app/files/feed-metadata/defaults.json' },
  communities: { file: 'communities-defaults.json', upstream: 'app/files/community-metadata/defaults.json' },
} as const;

/** Lists that are fetched beside the libraries. */
export type ContentListName = keyof typeof contentLists;

type Parts = Pick<Magpie, 'config' | 'outgoing'>;

const MAX_BYTES = 16 * 2 ** 20;
const TIMEOUT_MS = 60_000;
/** Where the files of the public repositories are served one by one; mirrors serve them below their own address. */
const PUBLIC_FILES = 'https://raw.githubusercontent.com';

/**
 * The entries of a list as they were fetched last, or lie in the folder of the libraries; null when there is none.
 * Nothing is fetched.
 */
export async function readContentList(magpie: Parts, name: ContentListName): Promise<unknown[] | null> {
  for (const path of placesOf(magpie, name)) {
    const bytes = await readIfThere(path);
    if (bytes !== null) return parseList(bytes.toString('utf8'), path);
  }
  return null;
}

/**
 * The entries of a list, fetched anew where the libraries come over the network. What another source than the
 * configured one holds is kept. Throws `ContentSourceError`.
 */
export async function fetchContentList(
  magpie: Parts,
  name: ContentListName,
  source: ContentSource = magpie.config.contentSource,
): Promise<unknown[]> {
  if (source.kind === 'folder') {
    for (const path of placesIn(source.path, name)) {
      const text = (await readIfThere(path))?.toString('utf8');
      if (text === undefined) continue;
      const list = parseList(text, path);
      if (source !== magpie.config.contentSource) await keep(magpie, name, text);
      return list;
    }
    throw new ContentSourceError(`${source.path} holds no ${contentLists[name].file}`);
  }
  const isPublic = PUBLIC_SOURCE.kind === 'archives' && source.baseUrl === PUBLIC_SOURCE.baseUrl;
  const base = isPublic ? PUBLIC_FILES : source.baseUrl;
  const url = `${base}/MISP/MISP/HEAD/${contentLists[name].upstream}`;
  const text = await download(magpie, url);
  const list = parseList(text, url);
  await keep(magpie, name, text);
  return list;
}

async function keep(magpie: Parts, name: ContentListName, text: string): Promise<void> {
  const target = keptFile(magpie, name);
  await mkdir(dirname(target), { recursive: true });
  // Written whole or not at all.
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

async function download(magpie: Parts, url: string): Promise<string> {
  try {
    const answer = await magpie.outgoing.request({
      url,
      policy: 'configured',
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    });
    if (answer.status !== 200) {
      answer.discard();
      throw new ContentSourceError(`${url}: the server answered ${answer.status}`);
    }
    return await answer.text();
  } catch (error) {
    if (error instanceof OutgoingError) throw new ContentSourceError(`${url}: ${error.message}`, { cause: error });
    throw error;
  }
}

function placesOf(magpie: Parts, name: ContentListName): string[] {
  const source = magpie.config.contentSource;
  return [...(source.kind === 'folder' ? placesIn(source.path, name) : []), keptFile(magpie, name)];
}

function placesIn(folder: string, name: ContentListName): string[] {
  const { file, upstream } = contentLists[name];
  return [join(folder, file), join(folder, 'MISP', upstream)];
}

function keptFile(magpie: Parts, name: ContentListName): string {
  return join(magpie.config.dataDir, 'content-lists', contentLists[name].file);
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) throw new ContentSourceError(`${path} is larger than a list may be`);
    return await readFile(path);
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function parseList(text: string, place: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch (error) {
    throw new ContentSourceError(`${place} is not JSON`, { cause: error });
  }
  throw new ContentSourceError(`${place} holds no list`);
}
