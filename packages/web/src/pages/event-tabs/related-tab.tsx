import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { type CorrelationPage, cacheHitsQuery, correlationsQuery } from '../../api/event-pictures.ts';
import type { EventHeader } from '../../api/wire.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import styles from './tabs.module.css';

interface SharedValue {
  readonly type: string;
  readonly value: string;
}

interface RelatedRow {
  readonly id: string;
  readonly info: string;
  readonly date: string;
  readonly creator: string;
  readonly values: readonly SharedValue[];
}

/** Events that share values with `eventId`, most shared first, out of the pages of the graph. */
function relatedRows(eventId: string, pages: readonly CorrelationPage[]): readonly RelatedRow[] {
  const nodes = new Map(pages.flatMap((page) => page.nodes).map((node) => [node.id, node]));
  const rows = new Map<string, { info: string; date: string; creator: string; values: Map<string, SharedValue> }>();
  for (const link of pages.flatMap((page) => page.links)) {
    const event = nodes.get(link.target);
    const attribute = nodes.get(link.source);
    if (event?.kind !== 'event' || attribute?.kind !== 'attribute' || event.id === `event-${eventId}`) continue;
    const { info = '', date = '', orgc: creator = '' } = event;
    const row = rows.get(event.id) ?? { info, date, creator, values: new Map() };
    row.values.set(`${attribute.type} ${attribute.value}`, {
      type: attribute.type ?? '',
      value: attribute.value ?? '',
    });
    rows.set(event.id, row);
  }
  return [...rows]
    .map(([id, row]) => ({ id: id.replace('event-', ''), ...row, values: [...row.values.values()] }))
    .sort((a, b) => b.values.length - a.values.length || b.date.localeCompare(a.date));
}

const shownValues = 12;

/** Events that share values with this one, by event or by value, and what feeds and instances know of its values. */
export function RelatedTab({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const query = useInfiniteQuery(correlationsQuery(event.id));
  const [by, setBy] = useState('event');
  const rows = useMemo(() => relatedRows(event.id, query.data?.pages ?? []), [event.id, query.data]);
  return (
    <section aria-label={t('eventTab.related')}>
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Skeleton height={160} />}
      {query.data !== undefined && rows.length === 0 && !query.hasNextPage && (
        <EmptyState icon="link" title={t('related.none')} text={t('related.noneText')} />
      )}
      {rows.length > 0 && (
        <>
          <div className={styles.tools}>
            <ChoiceField
              label={t('related.groupBy')}
              hideLabel
              value={by}
              choices={[
                { value: 'event', label: t('related.byEvent') },
                { value: 'value', label: t('related.byValue') },
              ]}
              onChange={setBy}
            />
            <span className="count">{t('related.count', { n: rows.length })}</span>
          </div>
          {by === 'event' ? <ByEvent rows={rows} /> : <ByValue rows={rows} />}
        </>
      )}
      {query.hasNextPage && (
        <p>
          <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('related.moreAttributes')}
          </Button>
        </p>
      )}
      <CacheHits event={event} />
    </section>
  );
}

function ByEvent({ rows }: { readonly rows: readonly RelatedRow[] }) {
  const t = useT();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t('event.date')}</th>
          <th>{t('event.info')}</th>
          <th>{t('event.creator')}</th>
          <th className={styles.numeric}>{t('related.shared')}</th>
          <th>{t('related.values')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className={`mono ${styles.nowrap}`}>{row.date}</td>
            <td>
              <AppLink to={paths.event(row.id)}>
                <bdi>{row.info}</bdi>
              </AppLink>
            </td>
            <td>
              <bdi>{row.creator}</bdi>
            </td>
            <td className={styles.numeric}>{row.values.length}</td>
            <td>
              <span className={styles.values}>
                {row.values.slice(0, shownValues).map((entry) => (
                  <bdi key={`${entry.type} ${entry.value}`} className="mono" title={entry.type}>
                    {entry.value.slice(0, 120)}
                  </bdi>
                ))}
                {row.values.length > shownValues && (
                  <span className="muted">{t('tag.more', { n: row.values.length - shownValues })}</span>
                )}
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ByValue({ rows }: { readonly rows: readonly RelatedRow[] }) {
  const t = useT();
  const groups = useMemo(() => {
    const found = new Map<string, { entry: SharedValue; events: RelatedRow[] }>();
    for (const row of rows) {
      for (const entry of row.values) {
        const key = `${entry.type} ${entry.value}`;
        const group = found.get(key) ?? { entry, events: [] };
        group.events.push(row);
        found.set(key, group);
      }
    }
    return [...found.values()].sort((a, b) => b.events.length - a.events.length);
  }, [rows]);
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>{t('attribute.type')}</th>
          <th>{t('attribute.value')}</th>
          <th className={styles.numeric}>{t('related.events')}</th>
          <th>{t('event.info')}</th>
        </tr>
      </thead>
      <tbody>
        {groups.slice(0, 500).map(({ entry, events }) => (
          <tr key={`${entry.type} ${entry.value}`}>
            <td className={styles.nowrap}>{entry.type}</td>
            <td>
              <AppLink className="mono" to={paths.search(entry.value)}>
                <bdi>{entry.value.slice(0, 200)}</bdi>
              </AppLink>
            </td>
            <td className={styles.numeric}>{events.length}</td>
            <td>
              {events.slice(0, shownValues).map((row) => (
                <div key={row.id}>
                  <AppLink to={paths.event(row.id)}>
                    <bdi>{row.info}</bdi>
                  </AppLink>
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Above this the caches are asked only when told to: the whole event is read for it. */
const askedAlways = 2000;

function CacheHits({ event }: { readonly event: EventHeader }) {
  const t = useT();
  const [wanted, setWanted] = useState(Number(event.attribute_count) <= askedAlways);
  const { data, error, isLoading } = useQuery({ ...cacheHitsQuery(event.id), enabled: wanted });
  const sources = [...(data?.feeds ?? []), ...(data?.servers ?? [])];
  return (
    <div className={styles.section}>
      <h2>{t('related.caches')}</h2>
      {!wanted && (
        <Button variant="default" onClick={() => setWanted(true)}>
          {t('related.askCaches')}
        </Button>
      )}
      {isLoading && <Skeleton height={40} />}
      {error !== null && <ErrorBox error={error} />}
      {data !== undefined && sources.length === 0 && (
        <p className="muted">
          {data.tooMany === null ? t('related.noCaches') : t('related.manyHits', { n: data.tooMany })}
        </p>
      )}
      <ul>
        {sources.map((source) => (
          <li key={`${source.url} ${source.id}`}>
            <bdi>{source.name}</bdi>{' '}
            <span className="muted">
              <bdi>{source.provider ?? source.url}</bdi>
              {source.event_uuids !== undefined && ` · ${t('related.cachedEvents', { n: source.event_uuids.length })}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
