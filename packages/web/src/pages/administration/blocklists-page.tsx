import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DetailPanel } from '../../components/detail-panel.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { StampText } from '../../components/time.tsx';
import { useAct } from '../../components/use-act.ts';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';
import { type Blocklist, blocklists } from './blocklist-kinds.ts';

type Entry = Readonly<Record<string, string>>;
/** MISP wraps the rows of some of the lists in the name of their model, and those of others not. */
type Wire = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Wire => typeof value === 'object' && value !== null;

const entriesOf = (rows: readonly Wire[]): readonly Entry[] =>
  rows.map((row) => {
    const [inner, ...more] = Object.values(row);
    const fields = more.length === 0 && isRecord(inner) ? inner : row;
    // Counts of what was blocked are objects; the list shows texts.
    return Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
  });

const textOf = (entry: Entry, column: string): string => entry[column] ?? '';

const headOf: Readonly<Record<string, MessageKey>> = {
  event_info: 'blocklist.event',
  event_orgc: 'event.creator',
  org_name: 'user.organisation',
  cluster_info: 'blocklist.cluster',
  cluster_orgc: 'event.creator',
  analyst_data_info: 'blocklist.entry',
  analyst_data_orgc: 'event.creator',
};

function useColumns(list: Blocklist, onOpen: (entry: Entry) => void): readonly ListColumn<Entry>[] {
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'uuid',
        header: t('blocklist.uuid'),
        width: 310,
        text: (entry) => textOf(entry, list.uuid),
        render: (entry) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => onOpen(entry)}>
            {textOf(entry, list.uuid)}
          </button>
        ),
      },
      ...[...list.texts, 'comment'].map((column) => ({
        id: column,
        header: t(headOf[column] ?? 'attribute.comment'),
        width: 180,
        grow: 1,
        text: (entry: Entry) => textOf(entry, column),
        render: (entry: Entry) => <bdi>{textOf(entry, column)}</bdi>,
      })),
      {
        id: 'created',
        header: t('field.created'),
        width: 190,
        text: (entry) => textOf(entry, 'created'),
        render: (entry) => <StampText stamp={textOf(entry, 'created')} />,
      },
    ],
    [t, list, onOpen],
  );
}

/** What this instance does not take in: one page, a tab for each kind. */
export function Page() {
  const t = useT();
  const { pathname } = useLocation();
  const list = blocklists.find((one) => pathname.startsWith(one.path)) ?? blocklists[0];
  const act = useAct('blocklist');
  const query = useQuery({
    ...rowsQuery<Wire>('blocklist', `/${list.controller}/index.json`),
    select: entriesOf,
  });
  const [opened, setOpened] = useState<Entry>();
  const [panel, setPanel] = useState<'add' | 'edit' | 'remove'>();
  const columns = useColumns(list, setOpened);
  const texts = [...list.texts, 'comment'].map((name) => ({ name, label: t(headOf[name] ?? 'attribute.comment') }));
  const close = () => {
    setPanel(undefined);
    setOpened(undefined);
  };
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => setPanel('add')}>
      {t('blocklist.add')}
    </Button>
  );
  return (
    <>
      <TabRow
        label={t('nav.blocklists')}
        tabs={blocklists.map((one) => ({ path: one.path, label: t(one.label), active: one === list }))}
      />
      <ListPage
        key={list.controller}
        title={t(list.title)}
        query={query}
        columns={columns}
        keyOf={(entry) => textOf(entry, 'id')}
        nameOf={(entry) => textOf(entry, list.uuid)}
        onOpen={setOpened}
        actions={add}
        empty={{ icon: 'shield', title: t('blocklist.none'), text: t('blocklist.noneText'), action: add }}
      />
      {panel === 'add' && (
        <PanelForm
          title={t('blocklist.add')}
          fields={[
            {
              name: 'uuids',
              label: t('blocklist.uuids'),
              kind: 'area',
              mono: true,
              required: true,
              help: t('blocklist.uuidsHelp'),
            },
            ...texts,
          ]}
          initial={{ uuids: '' }}
          save={async ({ uuids, ...rest }) => {
            await post(`/${list.controller}/add`, {
              ...rest,
              uuids: String(uuids)
                .split(/[\s,;]+/)
                .filter(Boolean),
            });
            await act(async () => undefined, t('blocklist.added'));
          }}
          onClose={close}
        />
      )}
      {opened !== undefined && panel === undefined && (
        <DetailPanel
          title={textOf(opened, list.uuid)}
          onClose={close}
          facts={[
            ...texts.map(({ name, label }) => [label, textOf(opened, name)] as const),
            [t('field.created'), <StampText key="created" stamp={textOf(opened, 'created')} />],
          ]}
          actions={
            <>
              <Button variant="default" onClick={() => setPanel('edit')}>
                {t('action.edit')}
              </Button>
              <Button color="danger" onClick={() => setPanel('remove')}>
                {t('action.remove')}
              </Button>
            </>
          }
        />
      )}
      {opened !== undefined && panel === 'edit' && (
        <PanelForm
          title={textOf(opened, list.uuid)}
          fields={texts}
          initial={Object.fromEntries(texts.map(({ name }) => [name, textOf(opened, name)]))}
          save={async (values) => {
            await post(`/${list.controller}/edit/${textOf(opened, 'id')}`, values);
            await act(async () => undefined, t('form.saved', { name: textOf(opened, list.uuid) }));
          }}
          onClose={close}
        />
      )}
      {opened !== undefined && (
        <ConfirmDialog
          opened={panel === 'remove'}
          title={t('blocklist.remove')}
          confirm={t('action.remove')}
          tone="danger"
          onConfirm={async () => {
            await post(`/${list.controller}/delete/${textOf(opened, 'id')}`);
            await act(async () => undefined, t('blocklist.removed'));
          }}
          onClose={close}
        >
          {t('blocklist.removeText')}
        </ConfirmDialog>
      )}
    </>
  );
}
