import { useMemo } from 'react';
import type { RelatedCounts } from '../../api/events.ts';
import { useSession } from '../../api/session.tsx';
import { isSettingOn, settingText } from '../../api/setting-text.ts';
import type { EventIndexRow } from '../../api/wire.ts';
import { AnalysisText, DistributionBadge, PublishBadge, ThreatBadge } from '../../components/badges.tsx';
import type { Column } from '../../components/data-grid.tsx';
import { TagRow, type TagStyle } from '../../components/tag-chip.tsx';
import { Moment } from '../../components/time.tsx';
import { formatNumber } from '../../i18n/formatters.ts';
import { useTranslator } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

/** The values of `MISP.full_tags_on_event_index`. */
const tagLooks: Readonly<Record<string, TagStyle>> = { '0': 'minimal', '1': 'full', '2': 'short' };

/** The columns of the event list; `related` fills one when it is there. */
export function useEventColumns(related: RelatedCounts): readonly Column<EventIndexRow>[] {
  const { t, language } = useTranslator();
  const session = useSession();
  const look = tagLooks[settingText(session, 'MISP.full_tags_on_event_index')] ?? 'full';
  const hasThreat = !isSettingOn(session, 'MISP.disable_threat_level');
  return useMemo<readonly Column<EventIndexRow>[]>(
    () => [
      {
        id: 'published',
        header: t('event.state'),
        quiet: true,
        fixed: true,
        width: 28,
        align: 'tight',
        render: (event) => (
          <PublishBadge published={event.published} publishTimestamp={event.publish_timestamp} compact />
        ),
      },
      {
        id: 'id',
        header: t('event.id'),
        from: 560,
        width: 52,
        align: 'end',
        sort: 'id',
        render: (event) => <span className="mono muted">{event.id}</span>,
      },
      {
        id: 'info',
        header: t('event.info'),
        fixed: true,
        width: 260,
        grow: 5,
        sort: 'info',
        render: (event) => (
          <AppLink className="link-cell" to={paths.event(event.id)} title={event.info}>
            <bdi>{event.info}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'tags',
        header: t('event.tags'),
        from: 640,
        width: 220,
        grow: 3,
        render: (event) => (
          <TagRow
            tags={(event.EventTag ?? []).map((link) => ({ ...link.Tag, local: link.local === true }))}
            look={look}
            max={look === 'minimal' ? 6 : 2}
          />
        ),
      },
      {
        id: 'count',
        header: t('event.attributes'),
        from: 760,
        width: 88,
        align: 'end',
        sort: 'attribute_count',
        render: (event) => formatNumber(Number(event.attribute_count ?? 0), language),
      },
      {
        id: 'related',
        header: t('eventTab.related'),
        from: 1350,
        width: 82,
        align: 'end',
        render: (event) => <RelatedCount event={event} count={related[event.id]} />,
      },
      {
        id: 'creator',
        header: t('event.creator'),
        from: 820,
        width: 108,
        grow: 1,
        sort: 'orgc_id',
        render: (event) => <bdi>{event.Orgc?.name}</bdi>,
      },
      {
        id: 'date',
        header: t('event.date'),
        from: 900,
        width: 96,
        sort: 'date',
        render: (event) => <span className="mono">{event.date}</span>,
      },
      {
        id: 'changed',
        header: t('event.changed'),
        width: 104,
        sort: 'timestamp',
        render: (event) => <Moment epoch={event.timestamp} />,
      },
      ...(hasThreat
        ? [
            {
              id: 'threat',
              header: t('event.threat'),
              from: 1300,
              width: 98,
              sort: 'threat_level_id',
              render: (event) => <ThreatBadge level={event.threat_level_id} />,
            } satisfies Column<EventIndexRow>,
          ]
        : []),
      {
        id: 'analysis',
        header: t('event.analysis'),
        from: 1400,
        width: 90,
        sort: 'analysis',
        render: (event) => <AnalysisText stage={event.analysis} />,
      },
      {
        id: 'distribution',
        header: t('event.distribution'),
        from: 820,
        width: 152,
        sort: 'distribution',
        render: (event) => <DistributionBadge distribution={event.distribution} group={event.SharingGroup?.name} />,
      },
    ],
    [t, language, look, hasThreat, related],
  );
}

/** Nothing until it is known, and where nothing is related. */
function RelatedCount({ event, count }: { readonly event: EventIndexRow; readonly count: number | undefined }) {
  const { t, language } = useTranslator();
  if (count === undefined || count === 0) return null;
  return (
    <AppLink to={`${paths.event(event.id)}#related`} aria-label={t('related.count', { n: count })}>
      {formatNumber(count, language)}
    </AppLink>
  );
}
