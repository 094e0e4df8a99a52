import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const libraries = fileURLToPath(new URL('../../../shared/content', import.meta.url));
const recording = fileURLToPath(new URL('../../../shared/golden/misc.jsonl', import.meta.url));

/** A folder of content for an instance under test, and how to remove it. */
export interface TestContent {
  readonly folder: string;
  readonly remove: () => Promise<void>;
}

/**
 * The public libraries with the list of communities as a real MISP has answered it, since that list is not among them.
 * Null where the libraries or the recording do not lie beside this repository.
 */
export async function prepareContent(): Promise<TestContent | null> {
  if (!existsSync(libraries) || !existsSync(recording)) return null;
  const folder = await mkdtemp(join(tmpdir(), 'magpie-content-'));
  for (const name of await readdir(libraries)) await symlink(join(libraries, name), join(folder, name));
  await writeFile(join(folder, 'communities-defaults.json'), JSON.stringify(await recordedCommunities()));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The recorded communities at the places that their ids name; the answer has only those that are vetted. */
async function recordedCommunities(): Promise<unknown[]> {
  for (const line of (await readFile(recording, 'utf8')).split('\n')) {
    if (!line.includes('/communities/index')) continue;
    const { response } = JSON.parse(line);
    const list: unknown[] = [];
    for (const { id, Org: _organisation, ...community } of response.body) {
      while (list.length < id - 1) list.push({ name: '', misp_project_vetted: false });
      list.push(community);
    }
    return list;
  }
  throw new Error(`${recording} holds no list of communities`);
}
