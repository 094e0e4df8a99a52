import { infiniteQueryOptions } from '@tanstack/react-query';
import { post } from './client.ts';
import type { Attribute, OrganisationRef } from './wire.ts';

/** An attribute that a search found, with its event. */
export interface FoundAttribute extends Attribute {
  readonly Event: {
    readonly id: string;
    readonly uuid: string;
    readonly info: string;
    readonly orgc_id?: string;
    readonly distribution?: string;
    readonly Orgc?: OrganisationRef;
  };
}

const pageSize = 500;

/** What the search page asks for; of the filters several values are divided by `|`, with `!` before what is left out. */
export interface AttributeSearch {
  /** Values, one a line; `%` stands for any text. */
  readonly text: string;
  readonly type: string;
  readonly category: string;
  readonly tag: string;
  readonly org: string;
  /** Words of the events' titles. */
  readonly info: string;
  readonly ids: string;
  readonly last: string;
}

/** Filters whose values the server takes as a list. */
const listed = { type: 'type', category: 'category', tag: 'tags', org: 'org' } as const;

const valuesOf = (text: string, divider: string): readonly string[] =>
  text
    .split(divider)
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '!');

/** The body of a search as MISP's clients send it. */
export function searchBody(search: AttributeSearch): Readonly<Record<string, unknown>> {
  const values = valuesOf(search.text, '\n');
  const lists = Object.entries(listed).flatMap(([name, parameter]) => {
    const wanted = valuesOf(search[name as keyof typeof listed], '|');
    return wanted.length === 0 ? [] : [[parameter, wanted]];
  });
  const titles = valuesOf(search.info, '|').map((word) => (word.includes('%') ? word : `%${word}%`));
  return {
    ...(values.length === 0 ? {} : { value: values.length === 1 ? values[0] : values }),
    ...Object.fromEntries(lists),
    ...(titles.length === 0 ? {} : { eventinfo: titles.length === 1 ? titles[0] : titles }),
    ...(search.ids === '' ? {} : { to_ids: search.ids === '1' ? 1 : 0 }),
    ...(search.last === '' ? {} : { last: valuesOf(search.last, '|').at(-1) }),
  };
}

/** One page of a search. */
export interface FoundPage {
  readonly found: readonly FoundAttribute[];
  readonly page: number;
}

/** Attributes that match, page by page; there is no total, the end is a short page. */
export const attributeSearchQuery = (search: AttributeSearch) =>
  infiniteQueryOptions({
    queryKey: ['search', search],
    queryFn: async ({ pageParam }): Promise<FoundPage> => {
      const answer = await post<{ readonly response: { readonly Attribute: readonly FoundAttribute[] } }>(
        '/attributes/restSearch',
        {
          returnFormat: 'json',
          limit: pageSize,
          page: pageParam,
          includeEventTags: 0,
          ...searchBody(search),
        },
      );
      return { found: answer.response.Attribute, page: pageParam };
    },
    initialPageParam: 1,
    getNextPageParam: (page) => (page.found.length < pageSize ? undefined : page.page + 1),
    enabled: Object.values(search).some((value) => value !== ''),
  });
