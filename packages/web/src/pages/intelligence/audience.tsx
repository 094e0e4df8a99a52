import { useQuery } from '@tanstack/react-query';
import { sharingGroupsQuery } from '../../api/administration.ts';
import { DistributionBadge } from '../../components/badges.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';

interface Shared {
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly Orgc?: { readonly name: string };
}

const sentences: Readonly<Record<string, MessageKey>> = {
  0: 'audience.0',
  1: 'audience.1',
  2: 'audience.2',
  3: 'audience.3',
};

/** One sentence on who will be able to read it, with the members of a sharing group by name. */
export function Audience({ item }: { readonly item: Shared }) {
  const t = useT();
  const { data: groups } = useQuery({ ...sharingGroupsQuery(), enabled: item.distribution === '4' });
  if (item.distribution !== '4') {
    return <>{t(sentences[item.distribution] ?? 'audience.0', { organisation: item.Orgc?.name ?? '' })}</>;
  }
  const group = groups?.find((row) => row.SharingGroup.id === item.sharing_group_id);
  if (group === undefined) return <>{t('audience.unknownGroup')}</>;
  const members = (group.SharingGroupOrg ?? [])
    .map((member) => member.Organisation?.name ?? '')
    .filter((name) => name !== '');
  return (
    <>
      {t('audience.4', { group: group.SharingGroup.name, n: members.length, members: members.slice(0, 12).join(', ') })}
    </>
  );
}

/** Audience by distribution of several events, each distribution once. */
export function AudienceSummary({ events }: { readonly events: readonly Shared[] }) {
  const kinds = new Map<string, { event: Shared; count: number }>();
  for (const event of events) {
    const key = `${event.distribution}/${event.sharing_group_id}`;
    kinds.set(key, { event, count: (kinds.get(key)?.count ?? 0) + 1 });
  }
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {[...kinds].map(([key, { event, count }]) => (
        <li key={key}>
          {count} × <DistributionBadge distribution={event.distribution} /> – <Audience item={event} />
        </li>
      ))}
    </ul>
  );
}
