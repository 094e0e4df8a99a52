import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { oneQuery } from '../../api/rows.ts';
import type { DescribeTypes } from '../../api/wire.ts';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { iconOfType } from '../../components/type-icon.ts';
import { useT } from '../../i18n/i18n.tsx';

interface TypeRow {
  readonly type: string;
  readonly category: string;
  readonly isDetection: boolean;
  readonly categories: readonly string[];
}

const rowsOf = ({ result: described }: { readonly result: DescribeTypes }): readonly TypeRow[] =>
  described.types.map((type) => ({
    type,
    category: described.sane_defaults[type]?.default_category ?? '',
    isDetection: described.sane_defaults[type]?.to_ids === 1,
    categories: described.categories.filter((name) => described.category_type_mappings[name]?.includes(type)),
  }));

/** Types of attributes, in which categories they stand and what they start with. */
export function Page() {
  const t = useT();
  const query = useQuery({
    ...oneQuery<{ readonly result: DescribeTypes }>('describedTypes', '/attributes/describeTypes.json'),
    select: rowsOf,
  });
  const columns = useMemo<readonly ListColumn<TypeRow>[]>(
    () => [
      {
        id: 'type',
        header: t('attribute.type'),
        width: 240,
        text: (row) => row.type,
        render: (row) => (
          <span>
            <Icon name={iconOfType(row.type)} size={14} /> {row.type}
          </span>
        ),
      },
      {
        id: 'category',
        header: t('types.default'),
        width: 200,
        text: (row) => row.category,
        render: (row) => row.category,
      },
      {
        id: 'ids',
        header: t('attribute.ids'),
        width: 170,
        number: (row) => Number(row.isDetection),
        render: (row) => <YesNo value={row.isDetection} />,
      },
      {
        id: 'categories',
        header: t('types.categories'),
        width: 420,
        grow: 1,
        text: (row) => row.categories.join(', '),
        render: (row) => <span className="muted">{row.categories.join(', ')}</span>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('types.title')}
      query={query}
      columns={columns}
      keyOf={(row) => row.type}
      nameOf={(row) => row.type}
      empty={{ icon: 'list', title: t('state.noMatch') }}
    />
  );
}
