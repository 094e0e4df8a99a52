import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { type ConnectionTest, type ServerRow, serversQuery, testServer } from '../../api/sharing.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
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
import { ConnectionState } from './connection-state.tsx';
import { ServerForm } from './server-form.tsx';

function useColumns(
  tests: Readonly<Record<string, ConnectionTest>>,
  onOpen: (id: string) => void,
): readonly ListColumn<ServerRow>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 200,
        grow: 1,
        text: (row) => row.Server.name,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => onOpen(row.Server.id)}>
            <bdi>{row.Server.name || row.Server.url}</bdi>
          </button>
        ),
      },
      {
        id: 'url',
        header: t('feed.url'),
        width: 260,
        grow: 1,
        text: (row) => row.Server.url,
        render: (row) => <bdi className="mono">{row.Server.url}</bdi>,
      },
      {
        id: 'organisation',
        header: t('server.remoteOrganisation'),
        width: 180,
        text: (row) => row.RemoteOrg?.name ?? '',
        render: (row) => <bdi>{row.RemoteOrg?.name}</bdi>,
      },
      {
        id: 'state',
        header: t('server.state'),
        width: 200,
        render: (row) => <ConnectionState test={tests[row.Server.id]} />,
      },
      { id: 'pull', header: t('server.pull'), width: 90, render: (row) => <OnOff value={row.Server.pull} /> },
      { id: 'push', header: t('server.push'), width: 90, render: (row) => <OnOff value={row.Server.push} /> },
      {
        id: 'cache',
        header: t('feed.loaded'),
        width: 120,
        render: (row) => <Moment epoch={row.Server.cache_timestamp || 0} never={t('feed.never')} />,
      },
    ],
    [t, tests, onOpen],
  );
}

/** Connected instances: test, look at, load for look-ups, edit. */
export function Page() {
  const t = useT();
  const go = useGo();
  const { pathname } = useLocation();
  const act = useAct('servers');
  const query = useQuery(serversQuery());
  const [tests, setTests] = useState<Readonly<Record<string, ConnectionTest>>>({});
  const [openedId, setOpenedId] = useOpenedId();
  const [panel, setPanel] = useState<'edit' | 'remove'>();
  const [testing, setTesting] = useState(false);
  const opened = query.data?.find((row) => row.Server.id === openedId);
  const columns = useColumns(tests, setOpenedId);
  const close = () => {
    setOpenedId(undefined);
    setPanel(undefined);
  };
  async function test(id: string) {
    setTesting(true);
    await act(async () => {
      const result = await testServer(id);
      setTests((all) => ({ ...all, [id]: result }));
    });
    setTesting(false);
  }
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => void go('/servers/add')}>
      {t('server.add')}
    </Button>
  );
  const saved = (name: string) => act(async () => undefined, t('form.saved', { name }));
  return (
    <>
      <JobStrip reload="servers" />
      <ListPage
        title={t('nav.servers')}
        query={query}
        columns={columns}
        keyOf={(row) => row.Server.id}
        nameOf={(row) => row.Server.name}
        onOpen={(row) => setOpenedId(row.Server.id)}
        actions={add}
        empty={{ icon: 'sharing', title: t('server.none'), text: t('server.noneText'), action: add }}
      />
      {pathname.endsWith('/add') && <ServerForm onClose={() => void go(paths.servers())} onSaved={saved} />}
      {opened !== undefined && panel === undefined && (
        <DetailPanel
          title={opened.Server.name}
          onClose={close}
          actions={
            <>
              <Button loading={testing} onClick={() => void test(opened.Server.id)}>
                {t('server.test')}
              </Button>
              <Button component={AppLink} variant="default" to={paths.serverPreview(opened.Server.id)}>
                {t('feed.preview')}
              </Button>
              <Button
                variant="default"
                disabled={!opened.Server.caching_enabled}
                title={opened.Server.caching_enabled ? undefined : t('feed.enableCachingFirst')}
                onClick={() =>
                  void act(
                    () => post(`/servers/cache/${opened.Server.id}`),
                    t('feed.cachingOne', { name: opened.Server.name }),
                  )
                }
              >
                {t('feed.cache')}
              </Button>
              <Button variant="default" onClick={() => setPanel('edit')}>
                {t('action.edit')}
              </Button>
              <Button color="danger" variant="outline" onClick={() => setPanel('remove')}>
                {t('action.delete')}
              </Button>
            </>
          }
          facts={[
            [t('server.state'), <ConnectionState key="state" test={tests[opened.Server.id]} />],
            [
              t('feed.url'),
              <bdi key="url" className="mono">
                {opened.Server.url}
              </bdi>,
            ],
            [t('server.remoteOrganisation'), opened.RemoteOrg?.name],
            [t('server.syncUsers'), opened.User?.map((user) => user.email).join(', ')],
            [t('server.pull'), <OnOff key="pull" value={opened.Server.pull} />],
            [t('server.push'), <OnOff key="push" value={opened.Server.push} />],
            [t('server.pushSightings'), <OnOff key="sightings" value={opened.Server.push_sightings} />],
            [t('server.pushClusters'), <OnOff key="clusters" value={opened.Server.push_galaxy_clusters} />],
            [t('server.pushAnalystData'), <OnOff key="analyst" value={opened.Server.push_analyst_data} />],
            [t('feed.caching'), <OnOff key="cache" value={opened.Server.caching_enabled} />],
            [t('server.selfSigned'), <OnOff key="self" value={opened.Server.self_signed} />],
          ]}
        />
      )}
      {opened !== undefined && panel === 'edit' && (
        <ServerForm server={opened.Server} onClose={close} onSaved={saved} />
      )}
      <ConfirmDialog
        opened={panel === 'remove' && opened !== undefined}
        title={t('server.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onConfirm={async () => {
          await post(`/servers/delete/${openedId}`);
          await act(async () => undefined, t('server.deleted'));
        }}
        onClose={close}
      >
        {t('server.deleteText', { name: opened?.Server.name ?? '' })}
      </ConfirmDialog>
    </>
  );
}
