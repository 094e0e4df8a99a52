import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type AnalystEntry, type AnalystKind, analystIndexQuery, analystKinds } from '../../api/analyst-data.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ChoiceField } from '../../components/fields.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useSearchState } from '../../routing/search-state.ts';

/** What an entry says in one line. */
const textOf = (entry: AnalystEntry): string =>
  entry.note_type_name === 'Note'
    ? (entry.note ?? '')
    : entry.note_type_name === 'Opinion'
      ? `${entry.opinion ?? '0'}/100 ${entry.comment ?? ''}`
      : `${entry.relationship_type ?? ''} → ${entry.related_object_type ?? ''} ${entry.related_object_uuid ?? ''}`;

/** The page of what an entry is about; undefined where there is none. */
function pathOf(entry: AnalystEntry): string | undefined {
  if (entry.object_type === 'Event') return paths.eventTab(entry.object_uuid, 'notes');
  if (entry.object_type === 'EventReport') return paths.report(entry.object_uuid);
  if (entry.object_type === 'Attribute') return `/attributes/view/${entry.object_uuid}`;
  if (entry.object_type === 'Object') return `/objects/view/${entry.object_uuid}`;
  return undefined;
}

/** Notes, opinions and relationships that the viewer sees, wherever they hang. */
export function Page() {
  const t = useT();
  const [search, change] = useSearchState();
  const kind: AnalystKind = analystKinds.find((name) => name === search.kind) ?? 'Note';
  const query = useQuery(analystIndexQuery(kind));
  const columns = useMemo<readonly ListColumn<AnalystEntry>[]>(
    () => [
      {
        id: 'text',
        header: t('notes.text'),
        width: 320,
        grow: 3,
        text: textOf,
        render: (row) => <bdi>{textOf(row)}</bdi>,
      },
      {
        id: 'about',
        header: t('notes.aboutWhat'),
        width: 300,
        grow: 1,
        text: (row) => `${row.object_type} ${row.object_uuid}`,
        render: (row) => {
          const path = pathOf(row);
          const words = (
            <>
              {row.object_type} <span className="mono">{row.object_uuid}</span>
            </>
          );
          return path === undefined ? words : <AppLink to={path}>{words}</AppLink>;
        },
      },
      {
        id: 'org',
        header: t('event.creator'),
        width: 150,
        text: (row) => row.Orgc?.name ?? '',
        render: (row) => <bdi>{row.Orgc?.name}</bdi>,
      },
      {
        id: 'authors',
        header: t('notes.authors'),
        width: 160,
        text: (row) => row.authors,
        render: (row) => row.authors,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        width: 130,
        render: (row) => <DistributionBadge distribution={row.distribution} />,
      },
      {
        id: 'modified',
        header: t('event.changed'),
        width: 150,
        text: (row) => row.modified,
        render: (row) => <span className="mono">{row.modified}</span>,
      },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.analystData')}
      query={query}
      columns={columns}
      keyOf={(row) => row.uuid}
      nameOf={(row) => textOf(row).slice(0, 60)}
      filters={
        <ChoiceField
          label={t('notes.kind')}
          hideLabel
          value={kind}
          choices={[
            { value: 'Note', label: t('notes.addNote') },
            { value: 'Opinion', label: t('notes.addOpinion') },
            { value: 'Relationship', label: t('notes.addRelationship') },
          ]}
          onChange={(value) => change({ kind: value === 'Note' ? undefined : value })}
        />
      }
      empty={{ icon: 'file', title: t('notes.none'), text: t('notes.noneAnywhere') }}
    />
  );
}
