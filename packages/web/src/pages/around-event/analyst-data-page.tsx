import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type AnalystEntry, type AnalystKind, analystIndexQuery, analystKinds } from '../../api/analyst-data.ts';
import { type Target, targetNamesQuery } from '../../api/target-names.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { ChoiceField } from '../../components/fields.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { StampText } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useSearchState } from '../../routing/search-state.ts';
import { TargetLink } from '../notes/target-link.tsx';
import { plainText } from '../reports/plain-text.ts';

/** What an entry says in one line; `name` is that of the thing a relationship leads to. */
function textOf(entry: AnalystEntry, name?: string): string {
  if (entry.note_type_name === 'Note') return plainText(entry.note ?? '');
  if (entry.note_type_name === 'Opinion') return `${entry.opinion ?? '0'}/100 ${entry.comment ?? ''}`;
  const end = name ?? `${entry.related_object_type ?? ''} ${entry.related_object_uuid ?? ''}`;
  return `${entry.relationship_type ?? ''} → ${end}`;
}

const targetOf = (entry: AnalystEntry): Target => ({ type: entry.object_type, uuid: entry.object_uuid });
const relatedOf = (entry: AnalystEntry): readonly Target[] =>
  entry.related_object_uuid === undefined
    ? []
    : [{ type: entry.related_object_type ?? '', uuid: entry.related_object_uuid }];

function EntryText({ entry, names }: { readonly entry: AnalystEntry; readonly names: ReadonlyMap<string, string> }) {
  const [related] = relatedOf(entry);
  if (related === undefined) return <bdi>{textOf(entry)}</bdi>;
  return (
    <>
      <bdi>{entry.relationship_type}</bdi> → <TargetLink target={related} name={names.get(related.uuid)} />
    </>
  );
}

/** Notes, opinions and relationships that the viewer sees, wherever they hang. */
export function Page() {
  const t = useT();
  const [search, change] = useSearchState();
  const kind: AnalystKind = analystKinds.find((name) => name === search.kind) ?? 'Note';
  const query = useQuery(analystIndexQuery(kind));
  const targets = (query.data ?? []).flatMap((entry) => [targetOf(entry), ...relatedOf(entry)]);
  const found = useQuery(targetNamesQuery(targets)).data;
  // Replies are about entries of this list itself.
  const names = useMemo(
    () => new Map([...(query.data ?? []).map((entry) => [entry.uuid, textOf(entry)] as const), ...(found ?? [])]),
    [query.data, found],
  );
  const columns = useMemo<readonly ListColumn<AnalystEntry>[]>(
    () => [
      {
        id: 'text',
        header: t('notes.text'),
        width: 320,
        grow: 3,
        text: (row) => textOf(row, names.get(row.related_object_uuid ?? '')),
        render: (row) => <EntryText entry={row} names={names} />,
      },
      {
        id: 'about',
        header: t('notes.aboutWhat'),
        width: 300,
        grow: 1,
        text: (row) => `${row.object_type} ${names.get(row.object_uuid) ?? row.object_uuid}`,
        render: (row) => <TargetLink target={targetOf(row)} name={names.get(row.object_uuid)} />,
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
        width: 196,
        text: (row) => row.modified,
        render: (row) => <StampText stamp={row.modified} />,
      },
    ],
    [t, names],
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
