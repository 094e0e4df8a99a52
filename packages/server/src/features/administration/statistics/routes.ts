import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';
import { createKeptResults } from './kept-results.ts';
import { readStatistics } from './service.ts';

/** Counts of what one sees. */
export function statisticsOperations(magpie: Magpie): Operation[] {
  const kept = createKeptResults();
  return [
    {
      name: 'users.statistics',
      summary: 'Counts of what one sees: data, orgs, users, tags, attributehistogram, sightings, galaxyMatrix',
      path: '/users/statistics/{page?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args, named }) => {
        const scope = named.scope === 'external' || named.scope === 'all' ? named.scope : 'local';
        const result = readStatistics(magpie, kept, viewer, (args.page ?? 'data').toLowerCase(), scope);
        if (result === null) throw new NotFound('Not Found');
        return json(await result);
      },
    },
    ...(
      [
        ['histogram', 'attributehistogram'],
        ['tagStatisticsGraph', 'tags'],
      ] as const
    ).map(
      ([name, page]): Operation => ({
        name: `users.${name}`,
        summary: `The counts of statistics/${page}, at a path of MISP’s pages`,
        path: `/users/${name}`,
        methods: ['GET'],
        permission: 'any',
        effect: 'read',
        handle: async ({ viewer }) => json(await readStatistics(magpie, kept, viewer, page, 'local')),
      }),
    ),
  ];
}
