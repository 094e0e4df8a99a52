import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { post } from '../../api/client.ts';
import { oneQuery, rowsQuery } from '../../api/rows.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT, useTranslator } from '../../i18n/i18n.tsx';
import { useOpenedId } from '../../routing/search-state.ts';

interface Noticelist {
  readonly id: string;
  readonly name: string;
  readonly expanded_name: string;
  readonly ref: readonly string[];
  readonly geographical_area: readonly string[];
  readonly version: string;
  readonly enabled: boolean;
  readonly NoticelistEntry?: readonly {
    readonly id: string;
    readonly data: {
      readonly field: readonly string[];
      readonly value: readonly string[];
      readonly message: Readonly<Record<string, string>> | string;
    };
  }[];
}

function Notices({ id }: { readonly id: string }) {
  const { language } = useTranslator();
  const { data } = useQuery(
    oneQuery<{ readonly Noticelist: Noticelist }>('noticelists', `/noticelists/view/${id}.json`),
  );
  const textOf = (message: Readonly<Record<string, string>> | string) =>
    typeof message === 'string' ? message : (message[language] ?? message.en ?? Object.values(message)[0] ?? '');
  return (
    <>
      {(data?.Noticelist.NoticelistEntry ?? []).map((entry) => (
        <section key={entry.id} className="panel-box">
          <p style={{ marginTop: 0 }}>
            <bdi>{textOf(entry.data.message)}</bdi>
          </p>
          <p className="muted" style={{ margin: 0 }}>
            {entry.data.field.join(', ')}: {entry.data.value.join(', ')}
          </p>
        </section>
      ))}
    </>
  );
}

/** Notices on what some kinds of data mean in law, shown where such data is entered. */
export function Page() {
  const t = useT();
  const act = useAct('noticelists');
  const maySwitch = hasRight(useSession(), 'perm_site_admin');
  const query = useQuery({
    ...rowsQuery<{ readonly Noticelist: Noticelist }>('noticelists', '/noticelists/index.json'),
    select: (rows) => rows.map((row) => row.Noticelist),
  });
  const [openedId, setOpenedId] = useOpenedId();
  const opened = query.data?.find((list) => list.id === openedId);
  const columns = useMemo<readonly ListColumn<Noticelist>[]>(
    () => [
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 90,
        number: (list) => Number(list.enabled),
        render: (list) =>
          maySwitch ? (
            <Switch
              size="xs"
              checked={list.enabled}
              aria-label={t('state.enableNamed', { name: list.expanded_name })}
              onChange={() =>
                void act(() => post(`/noticelists/enableNoticelist/${list.id}${list.enabled ? '' : '/true'}`))
              }
            />
          ) : (
            <OnOff value={list.enabled} />
          ),
      },
      {
        id: 'name',
        header: t('field.name'),
        width: 320,
        grow: 1,
        text: (list) => list.expanded_name,
        render: (list) => (
          <button type="button" tabIndex={-1} className="text-button" onClick={() => setOpenedId(list.id)}>
            <bdi>{list.expanded_name}</bdi>
          </button>
        ),
      },
      {
        id: 'area',
        header: t('noticelist.area'),
        width: 160,
        text: (list) => list.geographical_area.join(', '),
        render: (list) => list.geographical_area.join(', '),
      },
      { id: 'version', header: t('field.version'), width: 90, align: 'end', render: (list) => list.version },
    ],
    [t, act, maySwitch, setOpenedId],
  );
  return (
    <>
      <ListPage
        title={t('nav.noticelists')}
        query={query}
        columns={columns}
        keyOf={(list) => list.id}
        nameOf={(list) => list.expanded_name}
        onOpen={(list) => setOpenedId(list.id)}
        actions={<LoadLibrary library="noticelists" />}
        empty={{
          icon: 'info',
          title: t('library.none'),
          text: t('library.noneText'),
          action: <LoadLibrary library="noticelists" first />,
        }}
      />
      {opened !== undefined && (
        <DetailPanel
          title={opened.expanded_name}
          onClose={() => setOpenedId(undefined)}
          facts={[
            [t('noticelist.area'), opened.geographical_area.join(', ')],
            [t('noticelist.reference'), <bdi key="ref">{opened.ref.join(' ')}</bdi>],
          ]}
        >
          <Notices id={opened.id} />
        </DetailPanel>
      )}
    </>
  );
}
