import type { Magpie } from '../../../context.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { json, redirect, success } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { listCountedValues, listFrequentValues, startCounting } from './counted-values.ts';
import { eventCorrelationOperations } from './event-routes.ts';
import { correlationExclusionOperations } from './exclusion-routes.ts';
import { ruleOperations } from './rule-routes.ts';

const ENGINE = 'Default';
const PAGE = 50;
const MAX_PAGE = 1000;

/** What correlates, what shall not, and which values do so most. */
export function correlationOperations(magpie: Magpie): Operation[] {
  return [
    ...correlationExclusionOperations(magpie),
    ...ruleOperations(magpie),
    ...countOperations(magpie),
    ...eventCorrelationOperations(magpie),
  ];
}

function countOperations(magpie: Magpie): Operation[] {
  return [
    {
      permission: 'perm_site_admin',
      name: 'correlations.top',
      summary: 'The values that most attributes share, as they were last counted',
      path: '/correlations/top',
      methods: ['GET', 'POST'],
      effect: 'read',
      handle: async (call) => {
        const rows = await listCountedValues(magpie, pageOf(call, PAGE));
        // Of n attributes with a value each correlates with n - 1 others.
        return json(
          rows.map(({ value, occurrence, excluded }) => ({ Correlation: { value, count: occurrence - 1, excluded } })),
        );
      },
    },
    {
      permission: 'perm_site_admin',
      name: 'correlations.overCorrelations',
      summary: 'Values that too many attributes share to be correlated',
      path: '/correlations/overCorrelations',
      methods: ['GET', 'POST'],
      effect: 'read',
      handle: async (call) => {
        // Of n attributes with a value each meets n - 1 others, and so many may correlate.
        const most = magpie.settings.get('MISP.correlation_limit') + 1;
        const { scope } = readGivenFilters(call, 'Correlation');
        const bounds = scope === 'not_over_correlating' ? { min: 2, max: most } : { min: most + 1, max: null };
        const rows = await listFrequentValues(magpie, bounds, pageOf(call, PAGE));
        return json(
          rows.map(({ id, value, occurrence, excluded }) => ({
            OverCorrelatingValue: {
              id: String(id),
              value: beginningOf(value.toLowerCase()),
              occurrence: String(occurrence),
              over_correlation: occurrence > most,
              excluded,
            },
          })),
        );
      },
    },
    {
      permission: 'perm_site_admin',
      name: 'correlations.generateTopCorrelations',
      summary: 'Count which values most attributes share',
      path: '/correlations/generateTopCorrelations',
      methods: ['POST'],
      effect: 'write',
      handle: async ({ viewer }) => json((await startCounting(magpie, viewer)) ?? true),
    },
    {
      permission: 'perm_site_admin',
      name: 'correlations.generateOccurrences',
      summary: 'Count which values most attributes share',
      path: '/correlations/generateOccurrences',
      methods: ['POST'],
      effect: 'write',
      handle: async ({ viewer }) => {
        const job = await startCounting(magpie, viewer);
        return success(job === null ? 'Over-correlations counted successfully.' : 'Job queued.');
      },
    },
    {
      permission: 'perm_site_admin',
      name: 'attributes.generateCorrelation',
      summary: 'Nothing to do: correlations are found when they are asked for',
      path: '/attributes/generateCorrelation',
      methods: ['POST'],
      effect: 'write',
      handle: () => redirect('/'),
    },
    ...engineOperations(),
  ];
}

/** MISP's column has room for so many characters of a value. */
const TOLD = 191;

/** Whole characters: half of one could not be sent back to be excluded. */
const beginningOf = (value: string) => (value.length <= TOLD ? value : [...value].slice(0, TOLD).join(''));

/** MISP's engines: here there is one, which stores nothing and obeys each reader's rights. */
function engineOperations(): Operation[] {
  const shared = { permission: 'perm_site_admin', methods: ['POST'], effect: 'write' } as const;
  return [
    {
      ...shared,
      name: 'correlations.switchEngine',
      summary: 'Nothing to do for Default; there is no other engine',
      path: '/correlations/switchEngine/{engine?}',
      handle({ args }: Call) {
        if (args.engine === ENGINE) return success('Engine switched.');
        throw new Refused('Correlations are found as each reader may see them: there is no other engine than Default.');
      },
    },
    {
      ...shared,
      name: 'correlations.truncate',
      summary: 'Nothing to do: no correlation is stored',
      path: '/correlations/truncate/{engine?}',
      handle({ args }: Call) {
        if (args.engine !== ENGINE) throw new NotFound('Invalid engine.');
        return success('Table truncated.');
      },
    },
  ];
}

function pageOf(call: Call, size: number): { limit: number; offset: number } {
  const given = readGivenFilters(call, 'Correlation');
  const { limit, offset } = readPage(given, { defaultLimit: size, maxLimit: MAX_PAGE });
  return { limit: limit ?? size, offset };
}
