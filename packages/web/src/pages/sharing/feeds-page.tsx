import { Button, Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { type FeedRow, feedsQuery } from '../../api/sharing.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Icon } from '../../components/icon.tsx';
import { JobStrip } from '../../components/job-strip.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { Moment } from '../../components/time.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useOpenedId } from '../../routing/search-state.ts';
import { useGo } from '../../routing/use-go.ts';
import { FeedDetail } from './feed-detail.tsx';
import { FeedForm } from './feed-form.tsx';
import { feedFormat } from './feed-words.ts';

type Act = ReturnType<typeof useAct>;

function useColumns(mayWrite: boolean, act: Act, onOpen: (id: string) => void): readonly ListColumn<FeedRow>[] {
  const t = useT();
  return useMemo(() => {
    const toggle = (row: FeedRow, on: 'enable' | 'enableCache', off: 'disable' | 'disableCache', value: boolean) =>
      void act(() => post(`/feeds/${value ? off : on}/${row.Feed.id}`));
    return [
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 84,
        number: (row) => Number(row.Feed.enabled),
        render: (row) =>
          mayWrite ? (
            <Switch
              size="xs"
              checked={row.Feed.enabled}
              aria-label={t('state.enableNamed', { name: row.Feed.name })}
              onChange={() => toggle(row, 'enable', 'disable', row.Feed.enabled)}
            />
          ) : (
            <OnOff value={row.Feed.enabled} />
          ),
      },
      {
        id: 'cached',
        header: t('feed.caching'),
        width: 84,
        number: (row) => Number(row.Feed.caching_enabled),
        render: (row) =>
          mayWrite ? (
            <Switch
              size="xs"
              checked={row.Feed.caching_enabled}
              aria-label={t('feed.cacheNamed', { name: row.Feed.name })}
              onChange={() => toggle(row, 'enableCache', 'disableCache', row.Feed.caching_enabled)}
            />
          ) : (
            <OnOff value={row.Feed.caching_enabled} />
          ),
      },
      {
        id: 'name',
        header: t('field.name'),
        width: 260,
        grow: 2,
        text: (row) => row.Feed.name,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => onOpen(row.Feed.id)}>
            <bdi>{row.Feed.name}</bdi>
          </button>
        ),
      },
      {
        id: 'provider',
        header: t('feed.provider'),
        width: 150,
        grow: 1,
        text: (row) => row.Feed.provider,
        render: (row) => <bdi>{row.Feed.provider}</bdi>,
      },
      {
        id: 'format',
        header: t('feed.format'),
        width: 90,
        text: (row) => feedFormat(t, row.Feed.source_format),
        render: (row) => feedFormat(t, row.Feed.source_format),
      },
      {
        id: 'url',
        header: t('feed.url'),
        width: 240,
        grow: 2,
        text: (row) => row.Feed.url,
        render: (row) => (
          <bdi className="mono muted" title={row.Feed.url}>
            {row.Feed.url}
          </bdi>
        ),
      },
      {
        id: 'loaded',
        header: t('feed.loaded'),
        width: 110,
        number: (row) => Number(row.Feed.cache_timestamp || 0),
        render: (row) => <Moment epoch={row.Feed.cache_timestamp || 0} never={t('feed.never')} />,
      },
    ];
  }, [t, mayWrite, act, onOpen]);
}

/** Feeds: lists of events or values that others offer; taken in as events, or only looked up. */
export function Page() {
  const t = useT();
  const go = useGo();
  const { pathname } = useLocation();
  const act = useAct('feeds', 'feedComparison');
  const mayWrite = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery(feedsQuery());
  const [openedId, setOpenedId] = useOpenedId();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const columns = useColumns(mayWrite, act, setOpenedId);
  const opened = query.data?.find((row) => row.Feed.id === openedId);
  const close = () => {
    setOpenedId(undefined);
    setEditing(false);
    setRemoving(false);
  };
  const defaults = (
    <Button variant="default" onClick={() => void act(() => post('/feeds/loadDefaultFeeds'), t('feed.defaultsLoaded'))}>
      {t('feed.loadDefaults')}
    </Button>
  );
  return (
    <>
      <JobStrip reload="feeds" />
      <ListPage
        title={t('nav.feeds')}
        query={query}
        columns={columns}
        keyOf={(row) => row.Feed.id}
        nameOf={(row) => row.Feed.name}
        onOpen={(row) => setOpenedId(row.Feed.id)}
        actions={
          <>
            <Button component={AppLink} variant="default" to={paths.compareFeeds()}>
              {t('feed.compare')}
            </Button>
            {mayWrite && (
              <>
                {defaults}
                <Button
                  variant="default"
                  onClick={() => void act(() => post('/feeds/cacheFeeds/all'), t('feed.cachingAll'))}
                >
                  {t('feed.cacheAll')}
                </Button>
                <Button
                  variant="default"
                  onClick={() => void act(() => post('/feeds/fetchFromAllFeeds'), t('feed.fetchingAll'))}
                >
                  {t('feed.fetchAll')}
                </Button>
                <Button leftSection={<Icon name="plus" />} onClick={() => void go(paths.newFeed())}>
                  {t('feed.add')}
                </Button>
              </>
            )}
          </>
        }
        empty={{ icon: 'download', title: t('feed.none'), text: t('feed.noneText'), action: mayWrite && defaults }}
      />
      {pathname.endsWith('/add') && mayWrite && (
        <FeedForm
          onClose={() => void go(paths.feeds())}
          onSaved={(name) => act(async () => undefined, t('form.saved', { name }))}
        />
      )}
      {opened !== undefined && !editing && !removing && (
        <FeedDetail
          row={opened}
          mayWrite={mayWrite}
          act={act}
          onEdit={() => setEditing(true)}
          onRemove={() => setRemoving(true)}
          onClose={close}
        />
      )}
      {opened !== undefined && editing && (
        <FeedForm
          feed={opened.Feed}
          onClose={close}
          onSaved={(name) => act(async () => undefined, t('form.saved', { name }))}
        />
      )}
      <ConfirmDialog
        opened={removing && opened !== undefined}
        title={t('feed.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onConfirm={async () => {
          await post(`/feeds/delete/${openedId}`);
          await act(async () => undefined, t('feed.deleted'));
        }}
        onClose={close}
      >
        {t('feed.deleteText')}
      </ConfirmDialog>
    </>
  );
}
