import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { useSession } from '../../api/session.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';

type Community = Readonly<Record<string, unknown>>;
interface Wire {
  readonly Community?: Community;
}

const textOf = (community: Community, name: string): string => {
  const value = community[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** Known sharing communities, and asking one for access. */
export function Page() {
  const t = useT();
  const session = useSession();
  const act = useAct('communities');
  const [context, setContext] = useState('vetted');
  const query = useQuery({
    ...rowsQuery<Wire & Community>('communities', `/communities/index/context:${context}.json`),
    select: (rows) => rows.map((row): Community => row.Community ?? row),
  });
  const [opened, setOpened] = useState<Community>();
  const [asking, setAsking] = useState(false);
  const close = () => {
    setOpened(undefined);
    setAsking(false);
  };
  const columns = useMemo<readonly ListColumn<Community>[]>(() => {
    const column = (id: string, header: string, width: number): ListColumn<Community> => ({
      id,
      header,
      width,
      grow: 1,
      text: (community) => textOf(community, id),
      render: (community) => <bdi title={textOf(community, id)}>{textOf(community, id)}</bdi>,
    });
    return [
      {
        ...column('name', t('field.name'), 220),
        render: (community) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpened(community)}>
            <bdi>{textOf(community, 'name')}</bdi>
          </button>
        ),
      },
      column('org_name', t('community.host'), 180),
      column('sector', t('community.sector'), 140),
      column('nationality', t('community.nationality'), 120),
      { ...column('description', t('field.description'), 320), grow: 3 },
    ];
  }, [t]);
  const name = opened === undefined ? '' : textOf(opened, 'name');
  return (
    <>
      <ListPage
        title={t('nav.communities')}
        query={query}
        columns={columns}
        keyOf={(community) => textOf(community, 'id') || textOf(community, 'uuid')}
        nameOf={(community) => textOf(community, 'name')}
        onOpen={setOpened}
        filters={
          <SegmentedControl
            size="xs"
            value={context}
            onChange={setContext}
            data={[
              { value: 'vetted', label: t('community.vetted') },
              { value: 'unvetted', label: t('community.unvetted') },
            ]}
          />
        }
        actions={<LoadLibrary library="communities" />}
        empty={{
          icon: 'people',
          title: t('community.none'),
          text: t('community.noneText'),
          action: <LoadLibrary library="communities" first />,
        }}
      />
      {opened !== undefined && !asking && (
        <DetailPanel
          title={name}
          onClose={close}
          actions={<Button onClick={() => setAsking(true)}>{t('community.ask')}</Button>}
          facts={[
            [t('community.host'), textOf(opened, 'org_name')],
            [t('field.description'), textOf(opened, 'description')],
            [t('community.sector'), textOf(opened, 'sector')],
            [t('community.nationality'), textOf(opened, 'nationality')],
            [t('feed.url'), textOf(opened, 'url')],
            [t('user.email'), textOf(opened, 'email')],
          ]}
        />
      )}
      {opened !== undefined && asking && (
        <PanelForm
          title={t('community.ask')}
          submit={t('community.send')}
          fields={[
            { name: 'email', label: t('user.email'), required: true },
            { name: 'org_name', label: t('user.organisation'), required: true },
            { name: 'org_description', label: t('field.description'), kind: 'area', rows: 2 },
            { name: 'message', label: t('registration.message'), kind: 'area', rows: 4 },
            { name: 'sync', label: t('community.sync'), kind: 'switch' },
            { name: 'anonymise', label: t('community.anonymise'), kind: 'switch' },
          ]}
          initial={{ email: session.user.email, org_name: session.organisation.name, sync: false, anonymise: false }}
          save={async (values) => {
            await post(`/communities/requestAccess/${textOf(opened, 'uuid') || textOf(opened, 'id')}`, values);
            await act(async () => undefined, t('community.sent', { name }));
          }}
          onClose={close}
        >
          <p style={{ margin: 0 }}>{t('community.askText', { name })}</p>
        </PanelForm>
      )}
    </>
  );
}
