import { infiniteQueryOptions } from '@tanstack/react-query';
import { post } from './client.ts';
import type { Attribute, OrganisationRef } from './wire.ts';

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

/** What the search page asks for. */
export interface AttributeSearch {
  /** Values, one a line; `%` stands for any text. */
  readonly text: string;
  readonly type: string;
  readonly tag: string;
  readonly last: string;
}

export interface FoundPage {
  readonly found: readonly FoundAttribute[];
  readonly page: number;
}

/** Attributes that match, page by page; there is no total, the end is a short page. */
export const attributeSearchQuery = (search: AttributeSearch) =>
  infiniteQueryOptions({
    queryKey: ['search', search],
    queryFn: async ({ pageParam }): Promise<FoundPage> => {
      const values = search.text
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      const answer = await post<{ readonly response: { readonly Attribute: readonly FoundAttribute[] } }>(
        '/attributes/restSearch',
        {
          returnFormat: 'json',
          limit: pageSize,
          page: pageParam,
          includeEventTags: 0,
          ...(values.length === 0 ? {} : { value: values.length === 1 ? values[0] : values }),
          ...(search.type === '' ? {} : { type: search.type }),
          ...(search.tag === '' ? {} : { tags: search.tag }),
          ...(search.last === '' ? {} : { last: search.last }),
        },
      );
      return { found: answer.response.Attribute, page: pageParam };
    },
    initialPageParam: 1,
    getNextPageParam: (page) => (page.found.length < pageSize ? undefined : page.page + 1),
    enabled: search.text !== '' || search.type !== '' || search.tag !== '' || search.last !== '',
  });
