import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useMemo } from 'react';
import { post } from '../../api/client.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { type FeedOffer, feedOfferQuery, feedsQuery, MOST_OFFERED } from '../../api/sharing.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { EmptyState } from '../../components/states.tsx';
import { useAct } from '../../components/use-act.ts';
import { type Translator, useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

interface Offered {
  readonly key: string;
  /** Of an event; a value has none. */
  readonly uuid: string | undefined;
  readonly title: string;
  readonly detail: string;
  readonly date: string;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'name' in value ? textOf(value.name) : '';
}

function offersOf(offer: FeedOffer): Offered[] {
  if (Array.isArray(offer)) {
    return offer.map((row: Readonly<Record<string, unknown>>, index) => ({
      key: String(index),
      uuid: undefined,
      title: textOf(row.value),
      detail: [textOf(row.category), textOf(row.type ?? row.default_type)].filter(Boolean).join(' · '),
      date: '',
    }));
  }
  return Object.entries(offer).map(([uuid, entry]) => ({
    key: uuid,
    uuid,
    title: textOf(entry.info),
    detail: nameOf(entry.Orgc),
    date: textOf(entry.date),
  }));
}

/** What is told of events alone; `act` where they may be fetched. */
const eventColumns = (
  t: Translator['t'],
  id: string,
  act: ReturnType<typeof useAct> | undefined,
): readonly ListColumn<Offered>[] => [
  {
    id: 'date',
    header: t('event.date'),
    width: 110,
    text: (row) => row.date,
    render: (row) => <span className="mono">{row.date}</span>,
  },
  {
    id: 'act',
    header: t('grid.tools'),
    quiet: true,
    width: 120,
    render: (row) =>
      row.uuid !== undefined &&
      act !== undefined && (
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => void act(() => post(`/feeds/getEvent/${id}/${row.uuid}`), t('feed.eventFetched'))}
        >
          {t('feed.fetch')}
        </Button>
      ),
  },
];

/** What a feed offers now, before anything of it is taken in. */
export function Page() {
  const t = useT();
  const { id = '' } = useParams({ strict: false });
  const act = useAct('events');
  const mayFetch = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery({ ...feedOfferQuery(id), select: offersOf });
  const feed = useQuery(feedsQuery()).data?.find((row) => row.Feed.id === id)?.Feed;
  const isMisp = feed?.source_format === 'misp';
  const columns = useMemo<readonly ListColumn<Offered>[]>(
    () => [
      {
        id: 'title',
        header: t(isMisp ? 'event.info' : 'attribute.value'),
        width: 360,
        grow: 2,
        text: (row) => row.title,
        render: (row) =>
          row.uuid === undefined ? (
            <bdi className="mono">{row.title}</bdi>
          ) : (
            <AppLink className="link-cell" to={paths.feedEvent(id, row.uuid)}>
              <bdi>{row.title}</bdi>
            </AppLink>
          ),
      },
      {
        id: 'detail',
        header: t(isMisp ? 'event.creator' : 'attribute.type'),
        width: 200,
        grow: 1,
        text: (row) => row.detail,
        render: (row) => <bdi>{row.detail}</bdi>,
      },
      ...(isMisp ? eventColumns(t, id, mayFetch ? act : undefined) : []),
    ],
    [t, id, isMisp, mayFetch, act],
  );
  if (query.isError)
    return (
      <EmptyState page icon="warning" title={t('feed.unread')} text={t('feed.unreadText')}>
        <Button onClick={() => void query.refetch()} loading={query.isFetching}>
          {t('action.retry')}
        </Button>
        <Button component={AppLink} variant="default" to={paths.feeds()}>
          {t('nav.feeds')}
        </Button>
      </EmptyState>
    );
  return (
    <ListPage
      title={feed === undefined ? t('feed.preview') : t('feed.previewOf', { name: feed.name })}
      query={query}
      columns={columns}
      keyOf={(row) => row.key}
      nameOf={(row) => row.title}
      filters={
        query.data?.length === MOST_OFFERED && (
          <span className="muted">{t('feed.previewFirst', { n: MOST_OFFERED })}</span>
        )
      }
      actions={
        <Button component={AppLink} variant="default" to={paths.feeds()}>
          {t('nav.feeds')}
        </Button>
      }
      empty={{ icon: 'download', title: t('feed.offersNothing'), text: t('feed.offersNothingText') }}
    />
  );
}
