import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type TaxonomyView, taxonomyQuery } from '../../api/library.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { TagChip } from '../../components/tag-chip.tsx';
import { useT } from '../../i18n/i18n.tsx';

type Entry = TaxonomyView['entries'][number];

/** One taxonomy: its tags and what they mean. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const query = useQuery({ ...taxonomyQuery(id), select: (view: TaxonomyView) => view.entries });
  const title = useQuery(taxonomyQuery(id)).data?.Taxonomy.namespace ?? t('nav.taxonomies');
  const columns = useMemo<readonly ListColumn<Entry>[]>(
    () => [
      {
        id: 'tag',
        header: t('event.tag'),
        width: 340,
        grow: 1,
        text: (entry) => entry.tag,
        render: (entry) => <TagChip whole tag={{ id: entry.tag, name: entry.tag, colour: entry.colour ?? '' }} />,
      },
      {
        id: 'expanded',
        header: t('taxonomy.meaning'),
        width: 260,
        grow: 1,
        text: (entry) => entry.expanded,
        render: (entry) => entry.expanded,
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 260,
        grow: 2,
        text: (entry) => entry.description ?? '',
        render: (entry) => <span title={entry.description}>{entry.description}</span>,
      },
      {
        id: 'exists',
        header: t('taxonomy.exists'),
        width: 110,
        render: (entry) => <YesNo value={entry.existing_tag !== false} />,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={title}
      query={query}
      columns={columns}
      keyOf={(entry) => entry.tag}
      nameOf={(entry) => entry.tag}
      empty={{ icon: 'tag', title: t('taxonomy.empty') }}
    />
  );
}
