import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type TimelineItem, timelineQuery } from '../../api/event-pictures.ts';
import type { EventHeader } from '../../api/wire.ts';
import { CheckField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { formatUtc } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './tabs.module.css';
import own from './timeline.module.css';
import { readTimeline, scaleOf, type TimelineEntry } from './timeline.ts';

const most = 500;

/** When what the event holds was seen: spans from first to last seen, and sightings as points. */
export function TimelineTab({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const { data, error, refetch } = useQuery(timelineQuery(event.id));
  const [withUndated, setWithUndated] = useState(false);
  if (error !== null) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={240} />;
  return (
    <section aria-label={t('eventTab.timeline')}>
      <div className={styles.tools}>
        <CheckField label={t('timeline.undated')} value={withUndated} onChange={setWithUndated} />
        <span className="muted">{t('timeline.zone')}</span>
      </div>
      {data.truncated === true && <p className="muted">{t('graph.firstOnly')}</p>}
      <Bars items={data.items} eventId={event.id} withUndated={withUndated} />
    </section>
  );
}

function Bars(props: {
  readonly items: readonly TimelineItem[];
  readonly eventId: string;
  readonly withUndated: boolean;
}) {
  const t = useT();
  const { items, withUndated } = props;
  const entries = useMemo(() => readTimeline(items, withUndated), [items, withUndated]);
  const scale = useMemo(() => scaleOf(entries), [entries]);
  if (scale === undefined)
    return <EmptyState icon="changed" title={t('timeline.none')} text={t('timeline.noneText')} />;
  const place = (time: number) => `${((time - scale.from) / (scale.to - scale.from)) * 100}%`;
  const words = (entry: TimelineEntry) =>
    [
      entry.first === undefined ? '' : t('timeline.first', { time: formatUtc(new Date(entry.first)) }),
      entry.last === undefined ? '' : t('timeline.last', { time: formatUtc(new Date(entry.last)) }),
      entry.sightings.length === 0 ? '' : t('timeline.sightings', { n: entry.sightings.length }),
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return (
    <>
      <div className={own.axis} aria-hidden="true">
        {scale.ticks.map((tick) => (
          <span key={tick.time} style={{ insetInlineStart: place(tick.time) }}>
            {tick.label}
          </span>
        ))}
      </div>
      <ol className={own.rows}>
        {entries.slice(0, most).map((entry) => (
          <li key={`${entry.group} ${entry.uuid}`}>
            <AppLink className={own.name} to={paths.eventAt(props.eventId, entry.uuid)}>
              <Icon name={entry.group === 'object' ? 'cube' : 'tag'} size={13} />
              <span>
                <span className="muted">{entry.type}</span> <bdi className="mono">{entry.label}</bdi>
              </span>
            </AppLink>
            <span className={own.track} title={words(entry)}>
              <span className="visually-hidden">{words(entry)}</span>
              {entry.first !== undefined && (
                <span
                  className={own.span}
                  style={{
                    insetInlineStart: place(entry.first),
                    width: `max(8px, calc(${place(entry.last ?? entry.first)} - ${place(entry.first)}))`,
                  }}
                />
              )}
              {entry.first === undefined && entry.last !== undefined && (
                <span className={own.span} style={{ insetInlineStart: place(entry.last), width: 8 }} />
              )}
              {entry.sightings.slice(0, 100).map((time, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: several sightings may have one time
                <span key={index} className={own.sighting} style={{ insetInlineStart: place(time) }} />
              ))}
            </span>
          </li>
        ))}
      </ol>
      {entries.length > most && <p className="muted">{t('timeline.cut', { n: most, all: entries.length })}</p>}
    </>
  );
}
