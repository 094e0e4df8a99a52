import { readUuid } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject, readId } from '../../../http/lenient.ts';
import { fetchContentList, readContentList } from '../../knowledge/content/content-lists.ts';
import { ContentSourceError } from '../../knowledge/content/libraries.ts';

/** A sharing community as the MISP project lists it, with its place in that list as id. */
export type Community = JsonObject & { id: number };

/** The communities of the list that was fetched last; none when there is no list yet. */
export async function listCommunities(
  magpie: Magpie,
  filter: { vetted: boolean; search: string | null },
): Promise<Community[]> {
  const wanted = filter.search?.toLowerCase() ?? null;
  return (await readCommunities(magpie)).filter(
    (community) =>
      (community.misp_project_vetted === true) === filter.vetted && (wanted === null || hasText(community, wanted)),
  );
}

/** Fetches the list anew. Throws `Invalid` with the reason when it cannot be had. */
export async function loadCommunities(magpie: Magpie): Promise<void> {
  await fetchContentList(magpie, 'communities').catch((error: unknown) => {
    if (!(error instanceof ContentSourceError)) throw error;
    throw new Invalid('', `The list of communities could not be read: ${error.message}`);
  });
}

/** One community by id or uuid, or null. */
export async function findCommunity(magpie: Magpie, key: string | undefined): Promise<Community | null> {
  const id = readId(key);
  const uuid = readUuid(key);
  if (id === null && uuid === null) return null;
  const found = (await readCommunities(magpie)).find(
    (community) => community.id === id || (uuid !== null && readUuid(community.uuid) === uuid),
  );
  return found ?? null;
}

async function readCommunities(magpie: Magpie): Promise<Community[]> {
  const list = (await readContentList(magpie, 'communities')) ?? [];
  return list.flatMap((entry, index) =>
    isObject(entry)
      ? [{ ...entry, id: index + 1, Org: { uuid: textOf(entry.org_uuid), name: textOf(entry.org_name) } }]
      : [],
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function hasText(community: JsonObject, wanted: string): boolean {
  return ['name', 'org_name', 'description', 'sector', 'nationality', 'type', 'url'].some((field) =>
    textOf(community[field]).toLowerCase().includes(wanted),
  );
}
