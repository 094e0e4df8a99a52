import { queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';

type ListOrParts<Row> = readonly Row[] | Readonly<Record<string, readonly Row[]>>;

const isList = <Row>(answer: ListOrParts<Row>): answer is readonly Row[] => Array.isArray(answer);

/**
 * A list that is asked for whole. `key` names it for reloading; `Row` is what the server is known to answer.
 * MISP answers some empty lists as `[]` where a full one is an object of lists: that is empty as well.
 */
export const rowsQuery = <Row>(key: string, path: string, member?: string) =>
  queryOptions({
    queryKey: [key, path],
    queryFn: async ({ signal }): Promise<readonly Row[]> => {
      const answer = await get<ListOrParts<Row>>(path, signal);
      if (isList(answer)) return answer;
      return member === undefined ? [] : (answer[member] ?? []);
    },
  });

/** One thing, or an answer of any other form. */
export const oneQuery = <Answer>(key: string, path: string) =>
  queryOptions({ queryKey: [key, path], queryFn: ({ signal }) => get<Answer>(path, signal) });
