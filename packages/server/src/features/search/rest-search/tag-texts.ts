import type { Transaction } from '../../../database/transaction.ts';

/** What of a tag stands in search results. */
export interface TagPart {
  id: number;
  name: string;
  colour: string;
  numerical_value: number | null;
  is_galaxy: boolean;
}

interface TagText {
  /** Up to the value of `local`, for a tag of the attribute itself. */
  readonly own: string;
  readonly inherited: string;
  readonly base: string;
}

/** JSON of tags from the link lists that searches select: ids with an `l` behind local ones, comma-separated. */
export interface TagTexts {
  /** One tag of the attribute itself; null when it is not shown. */
  one(id: number, local: boolean): string | null;
  own(links: string | null, options: { excludeLocalTags: boolean }): string[];
  inherited(links: string | null, options: { excludeLocalTags: boolean }): string[];
  /** As they stand in the event block of includeContext. */
  ofEvent(links: string | null, options: { excludeLocalTags: boolean }): string[];
}

/**
 * Reads the tags that the viewer may see: those with the given ids, or all. Tags that may not be exported are left
 * out unless `includeAllTags`.
 */
export async function loadTagTexts(
  tx: Transaction,
  options: { includeAllTags: boolean; ids: readonly number[] | 'all' },
): Promise<TagTexts> {
  const { ids, includeAllTags } = options;
  if (ids !== 'all' && ids.length === 0) return createTagTexts([]);
  const columns = 'select id, name, colour, numerical_value, is_galaxy from visible_tags where ($1 or exportable)';
  const rows =
    ids === 'all'
      ? await tx.prepared<TagPart>(columns, [includeAllTags])
      : await tx.prepared<TagPart>(`${columns} and id = any ($2::bigint[])`, [includeAllTags, ids]);
  return createTagTexts(rows);
}

/** The ids in link lists. */
export function linkedTagIds(lists: Iterable<string | null | undefined>): number[] {
  const ids = new Set<number>();
  for (const list of lists) {
    if (list) for (const link of list.split(',')) ids.add(Number.parseInt(link, 10));
  }
  return [...ids];
}

/** Texts of tags read before. */
export function createTagTexts(rows: readonly TagPart[]): TagTexts {
  const texts = new Map<string, TagText>(rows.map((row) => [String(row.id), textOf(row)]));

  function* visible(links: string | null, excludeLocalTags: boolean): Generator<{ text: TagText; local: boolean }> {
    if (links === null) return;
    for (const link of links.split(',')) {
      const local = link.endsWith('l');
      const text = texts.get(local ? link.slice(0, -1) : link);
      if (text && !(local && excludeLocalTags)) yield { text, local };
    }
  }

  const collect = (
    links: string | null,
    excludeLocalTags: boolean,
    write: (text: TagText, local: boolean) => string,
  ): string[] => {
    if (links === null) return [];
    const out: string[] = [];
    for (const { text, local } of visible(links, excludeLocalTags)) out.push(write(text, local));
    return out;
  };

  return {
    one: (id, local) => {
      const text = texts.get(String(id));
      return text === undefined ? null : `${text.own}${local}}`;
    },
    own: (links, { excludeLocalTags }) => collect(links, excludeLocalTags, (text, local) => `${text.own}${local}}`),
    inherited: (links, { excludeLocalTags }) => collect(links, excludeLocalTags, (text) => text.inherited),
    ofEvent: (links, { excludeLocalTags }) =>
      collect(links, excludeLocalTags, (text, local) => `{"local":${local},${text.base}}`),
  };
}

function textOf(row: TagPart): TagText {
  const value = row.numerical_value === null ? 'null' : `"${row.numerical_value}"`;
  const base = `"id":"${row.id}","name":${JSON.stringify(row.name)},"colour":${JSON.stringify(row.colour)},"numerical_value":${value}`;
  return { base, own: `{${base},"is_galaxy":${row.is_galaxy},"local":`, inherited: `{${base},"inherited":1}` };
}
