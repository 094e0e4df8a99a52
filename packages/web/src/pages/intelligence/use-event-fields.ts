import { useMemo } from 'react';
import { hasRight, useSession } from '../../api/session.tsx';
import type { FilterField } from '../../components/filter-tokens.ts';
import { useFoundChoices } from '../../components/use-found-choices.ts';
import { useT } from '../../i18n/i18n.tsx';

/** The fields of the event list's filter bar, with their choices. */
export function useEventFields(): readonly FilterField[] {
  const t = useT();
  const found = useFoundChoices();
  const session = useSession();
  return useMemo(() => {
    const fields: FilterField[] = [
      { name: 'info', parameter: 'searcheventinfo', label: t('event.info') },
      {
        name: 'tag',
        parameter: 'searchtag',
        label: t('event.tag'),
        find: found.tags,
      },
      {
        name: 'org',
        parameter: 'searchorg',
        label: t('event.creator'),
        find: found.organisations,
      },
      { name: 'value', parameter: 'searchattribute', label: t('attribute.value') },
      {
        name: 'published',
        parameter: 'searchpublished',
        label: t('publish.state'),
        choices: [
          { value: '1', label: t('publish.published') },
          { value: '0', label: t('publish.unpublished') },
        ],
      },
      {
        name: 'threat',
        parameter: 'searchthreatlevel',
        label: t('event.threat'),
        choices: (['1', '2', '3', '4'] as const).map((value) => ({ value, label: t(`threat.${value}`) })),
      },
      {
        name: 'analysis',
        parameter: 'searchanalysis',
        label: t('event.analysis'),
        choices: (['0', '1', '2'] as const).map((value) => ({ value, label: t(`analysis.${value}`) })),
      },
      {
        name: 'distribution',
        parameter: 'searchdistribution',
        label: t('event.distribution'),
        choices: (['0', '1', '2', '3', '4'] as const).map((value) => ({ value, label: t(`distribution.${value}`) })),
      },
      { name: 'from', parameter: 'searchdatefrom', label: t('filter.from'), example: '2026-01-31' },
      { name: 'until', parameter: 'searchdateuntil', label: t('filter.until'), example: '2026-12-31' },
      { name: 'last', parameter: 'searchtimestamp', label: t('filter.last'), example: '7d' },
      { name: 'id', parameter: 'searcheventid', label: t('event.id') },
    ];
    if (hasRight(session, 'perm_site_admin'))
      fields.push({ name: 'email', parameter: 'searchemail', label: t('event.creatorEmail') });
    return fields;
  }, [t, found, session]);
}
