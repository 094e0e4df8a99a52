import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json, redirect, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { countValues, listCountedValues } from './counted-values.ts';
import {
  addExclusion,
  type ExclusionRow,
  editExclusion,
  listExclusions,
  readExclusion,
  removeExclusion,
} from './exclusions.ts';
import { ruleOperations } from './rule-routes.ts';

const PAGE = 50;
const MAX_PAGE = 1000;

/** What correlates, what shall not, and which values do so most. */
export function correlationOperations(magpie: Magpie): Operation[] {
  return [...exclusionOperations(magpie), ...ruleOperations(magpie), ...countOperations(magpie)];
}

function exclusionOperations(magpie: Magpie): Operation[] {
  const body = Type.Object({ value: Type.Optional(Type.String()), comment: Type.Optional(Type.String()) });
  return [
    {
      permission: 'perm_site_admin',
      model: 'correlation_exclusion',
      name: 'correlation_exclusions.index',
      summary: 'Values that never correlate',
      path: '/correlation_exclusions/index',
      aliases: ['/correlation_exclusions'],
      methods: ['GET', 'POST'],
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'CorrelationExclusion');
        const part = given.searchall ?? given.quickFilter ?? '';
        const text = typeof part === 'string' && !part.includes('\0') ? part : '';
        return json((await listExclusions(magpie, text, pageOf(call, MAX_PAGE))).map(exclusionWire));
      },
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_exclusion',
      name: 'correlation_exclusions.view',
      summary: 'Show an exclusion',
      path: '/correlation_exclusions/view/{exclusion}',
      methods: ['GET'],
      effect: 'read',
      handle: async ({ args }) => json(exclusionWire(await readExclusion(magpie, readId(args.exclusion)))),
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_exclusion',
      name: 'correlation_exclusions.add',
      summary: 'Exclude a value from correlation; % at its ends is a wildcard',
      path: '/correlation_exclusions/add',
      methods: ['POST'],
      effect: 'write',
      body,
      describe: {
        description: 'POST a value to exclude it from correlation.',
        mandatory: ['value'],
        optional: ['comment'],
      },
      handle: async (call) =>
        json(exclusionWire(await addExclusion(magpie, call.viewer, unwrap(call.body, 'CorrelationExclusion')))),
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_exclusion',
      name: 'correlation_exclusions.edit',
      summary: 'Change the comment of an exclusion',
      path: '/correlation_exclusions/edit/{exclusion}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      body,
      describe: { description: 'POST a comment to change it.', optional: ['comment'] },
      handle: async ({ viewer, args, body: sent }) => {
        const fields = unwrap(sent, 'CorrelationExclusion');
        return json(exclusionWire(await editExclusion(magpie, viewer, readId(args.exclusion), fields)));
      },
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_exclusion',
      name: 'correlation_exclusions.delete',
      summary: 'Let a value correlate again',
      path: '/correlation_exclusions/delete/{exclusion}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      handle: async ({ viewer, args }) =>
        success('CorrelationExclusion deleted.', { id: await removeExclusion(magpie, viewer, readId(args.exclusion)) }),
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_exclusion',
      name: 'correlation_exclusions.clean',
      summary: 'Nothing to do: exclusions hold from the moment they are made',
      path: '/correlation_exclusions/clean',
      methods: ['POST'],
      effect: 'write',
      handle: () => success('Correlations cleanup initiated, based on the exclusion rules.'),
    },
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
        const rows = await listCountedValues(magpie, { min: 2, max: null }, pageOf(call, PAGE));
        // Of n attributes with a value each correlates with n - 1 others.
        return json(
          rows.map(({ value, occurrence, excluded }) => ({ Correlation: { value, count: occurrence - 1, excluded } })),
        );
      },
    },
    {
      permission: 'perm_site_admin',
      name: 'correlations.overCorrelations',
      summary: 'Values that too many attributes share to be correlated, as they were last counted',
      path: '/correlations/overCorrelations',
      methods: ['GET', 'POST'],
      effect: 'read',
      handle: async (call) => {
        const limit = magpie.settings.get('MISP.correlation_limit');
        const { scope } = readGivenFilters(call, 'Correlation');
        const bounds = scope === 'not_over_correlating' ? { min: 2, max: limit } : { min: limit + 1, max: null };
        const rows = await listCountedValues(magpie, bounds, pageOf(call, PAGE));
        return json(
          rows.map(({ id, value, occurrence, excluded }) => ({
            OverCorrelatingValue: {
              id: String(id),
              value: value.toLowerCase().slice(0, 191),
              occurrence: String(occurrence),
              over_correlation: occurrence > limit,
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
      handle: async () => {
        await countValues(magpie);
        return json(true);
      },
    },
    {
      permission: 'perm_site_admin',
      name: 'correlations.generateOccurrences',
      summary: 'Count which values most attributes share',
      path: '/correlations/generateOccurrences',
      methods: ['POST'],
      effect: 'write',
      handle: async () => {
        await countValues(magpie);
        return success('Over-correlations counted successfully.');
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
  ];
}

function pageOf(call: Call, size: number): { limit: number; offset: number } {
  const given = readGivenFilters(call, 'Correlation');
  const { limit, offset } = readPage(given, { defaultLimit: size, maxLimit: MAX_PAGE });
  return { limit: limit ?? size, offset };
}

function exclusionWire(row: ExclusionRow): Record<string, unknown> {
  return {
    CorrelationExclusion: { id: String(row.id), value: row.value, from_json: row.from_json, comment: row.comment },
  };
}
