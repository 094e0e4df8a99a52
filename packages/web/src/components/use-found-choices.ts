import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { organisationsQuery } from '../api/administration.ts';
import { tagSearchQuery } from '../api/library.ts';

const MOST_TAGS = 30;

const named = ({ name }: { readonly name: string }) => ({ value: name, label: name });

/** Tags and organisations as choices of a filter, asked for when somebody looks for them. */
export function useFoundChoices() {
  const client = useQueryClient();
  return useMemo(
    () => ({
      tags: async (text: string) => (await client.fetchQuery(tagSearchQuery(text))).slice(0, MOST_TAGS).map(named),
      organisations: async () =>
        (await client.fetchQuery(organisationsQuery('all'))).map(({ Organisation }) => named(Organisation)),
    }),
    [client],
  );
}
