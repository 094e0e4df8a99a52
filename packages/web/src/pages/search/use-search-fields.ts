import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { describeTypesQuery } from '../../api/attributes.ts';
import type { FilterField } from '../../components/filter-tokens.ts';
import { useFoundChoices } from '../../components/use-found-choices.ts';
import { useT } from '../../i18n/i18n.tsx';

const periods = ['1d', '7d', '30d', '365d'] as const;

/** The fields of the search for values, with their choices. */
export function useSearchFields(): readonly FilterField[] {
  const t = useT();
  const found = useFoundChoices();
  const types = useQuery(describeTypesQuery()).data;
  return useMemo(
    () => [
      {
        name: 'type',
        parameter: 'type',
        label: t('attribute.type'),
        choices: (types?.types ?? []).map((type) => ({ value: type, label: type })),
      },
      {
        name: 'category',
        parameter: 'category',
        label: t('attribute.category'),
        choices: (types?.categories ?? []).map((category) => ({ value: category, label: category })),
      },
      {
        name: 'tag',
        parameter: 'tag',
        label: t('event.tag'),
        find: found.tags,
      },
      {
        name: 'org',
        parameter: 'org',
        label: t('event.creator'),
        find: found.organisations,
      },
      { name: 'info', parameter: 'info', label: t('event.info') },
      {
        name: 'ids',
        parameter: 'ids',
        label: t('attribute.ids'),
        choices: [
          { value: '1', label: t('state.yes') },
          { value: '0', label: t('state.no') },
        ],
      },
      {
        name: 'last',
        parameter: 'last',
        label: t('search.period'),
        choices: periods.map((value) => ({ value, label: t('search.last', { n: Number.parseInt(value, 10) }) })),
      },
    ],
    [t, found, types],
  );
}
