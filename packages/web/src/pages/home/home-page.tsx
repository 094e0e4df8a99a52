import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { bookmarksQuery } from '../../api/bookmarks.ts';
import { delegationsQuery } from '../../api/event-actions.ts';
import { type EventFilters, eventListQuery } from '../../api/events.ts';
import { newsQuery } from '../../api/news.ts';
import { proposalsQuery } from '../../api/proposals.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { BookmarkLink } from '../../app/bookmark-link.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { DistributionBadge, PublishBadge } from '../../components/badges.tsx';
import { Icon } from '../../components/icon.tsx';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { Moment } from '../../components/time.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import styles from './home-page.module.css';

const shown = 12;

/** A short list of events, each a link, with the way to the whole list. */
function EventBox(props: {
  readonly title: string;
  readonly filters: EventFilters;
  readonly all: string;
  readonly empty: string;
}) {
  const t = useT();
  const query = useInfiniteQuery(eventListQuery(props.filters));
  const page = query.data?.pages[0];
  return (
    <section className={styles.box}>
      <div className={styles.head}>
        <h2>{props.title}</h2>
        <AppLink to={props.all}>
          {page === undefined ? t('home.all') : t('home.allCount', { n: page.totalAtLeast })}
        </AppLink>
      </div>
      {query.isError && <ErrorBox error={query.error} onRetry={() => void query.refetch()} />}
      {page === undefined && !query.isError && <Skeleton height={120} />}
      {page?.events.length === 0 && <p className="muted">{props.empty}</p>}
      <ul className={styles.list}>
        {page?.events.slice(0, shown).map((event) => (
          <li key={event.id}>
            <PublishBadge published={event.published} publishTimestamp={event.publish_timestamp} compact />
            <AppLink className="link-cell" to={paths.event(event.id)} title={event.info}>
              <bdi>{event.info}</bdi>
            </AppLink>
            <span className={styles.distribution}>
              <DistributionBadge distribution={event.distribution} group={event.SharingGroup?.name} />
            </span>
            <span className="muted">
              <Moment epoch={event.timestamp} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What others wait for: proposals on events of one's own, requests to publish. */
function WaitingBox() {
  const t = useT();
  const proposals = useInfiniteQuery(proposalsQuery(undefined)).data?.pages.flatMap((page) => page.proposals);
  const delegations = useQuery(delegationsQuery('pending')).data;
  const entries = [
    { label: t('nav.proposals'), n: proposals?.length ?? 0, path: paths.proposals() },
    { label: t('nav.delegations'), n: delegations?.length ?? 0, path: paths.delegations() },
  ];
  return (
    <section className={styles.box}>
      <div className={styles.head}>
        <h2>{t('home.waiting')}</h2>
      </div>
      {entries.every((entry) => entry.n === 0) && <p className="muted">{t('home.nothingWaits')}</p>}
      <ul className={styles.list}>
        {entries
          .filter((entry) => entry.n > 0)
          .map((entry) => (
            <li key={entry.path}>
              <AppLink to={entry.path}>{entry.label}</AppLink>
              <strong>{entry.n.toLocaleString(document.documentElement.lang)}</strong>
            </li>
          ))}
      </ul>
    </section>
  );
}

function KeptBox() {
  const t = useT();
  const bookmarks = useQuery(bookmarksQuery()).data;
  return (
    <section className={styles.box}>
      <div className={styles.head}>
        <h2>{t('bookmark.title')}</h2>
      </div>
      {bookmarks?.length === 0 && <p className="muted">{t('bookmark.none')}</p>}
      <ul className={styles.list}>
        {bookmarks?.slice(0, shown).map((bookmark) => (
          <li key={bookmark.id}>
            <BookmarkLink bookmark={bookmark} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function NewsBox() {
  const t = useT();
  const news = useQuery(newsQuery()).data ?? [];
  if (news.length === 0) return null;
  return (
    <section className={styles.box}>
      <div className={styles.head}>
        <h2>{t('nav.news')}</h2>
        <AppLink to={paths.news()}>{t('home.allCount', { n: news.length })}</AppLink>
      </div>
      <ul className={styles.list}>
        {news.slice(0, 3).map((item) => (
          <li key={item.id}>
            <AppLink to={paths.news()}>
              <bdi>{item.title}</bdi>
            </AppLink>
            <span className="muted">
              <Moment epoch={item.date_created} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Home: what waits for me, what has changed, what I keep. */
export function Page() {
  const t = useT();
  usePageTitle(t('nav.home'));
  const session = useSession();
  const go = useGo();
  const organisation = session.organisation.name;
  const mayAdd = hasRight(session, 'perm_add');
  return (
    <div className="page">
      <div className="page-head">
        <h1>{t('home.welcome', { organisation })}</h1>
        <span className="space" />
        {mayAdd && (
          <>
            <Button leftSection={<Icon name="plus" />} onClick={() => void go(paths.newEvent())}>
              {t('new.event')}
            </Button>
            <Button
              variant="default"
              leftSection={<Icon name="upload" />}
              onClick={() => void go(paths.importEvents())}
            >
              {t('new.import')}
            </Button>
          </>
        )}
      </div>
      <div className={styles.boxes}>
        <EventBox
          title={t('home.drafts')}
          empty={t('home.noDrafts')}
          filters={{ searchpublished: '0', searchorg: organisation, sort: 'timestamp', direction: 'desc' }}
          all={`${paths.eventsOfOrganisation(organisation)}/searchpublished:0`}
        />
        <EventBox
          title={t('home.recent')}
          empty={t('events.none')}
          filters={{ sort: 'timestamp', direction: 'desc' }}
          all={`${paths.events()}/sort:timestamp/direction:desc`}
        />
        <div className={styles.side}>
          <WaitingBox />
          <KeptBox />
          <NewsBox />
        </div>
      </div>
    </div>
  );
}
