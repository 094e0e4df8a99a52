import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { post } from '../../api/client.ts';
import { rowsQuery } from '../../api/rows.ts';
import { useSession } from '../../api/session.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AccountTabs } from './account-tabs.tsx';

interface UserSetting {
  readonly id: string;
  readonly setting: string;
  readonly value: unknown;
  readonly user_id: string;
}

/** Settings that a user may have, by the names of MISP. */
const known = [
  'homepage',
  'publish_alert_filter',
  'default_restsearch_parameters',
  'tag_numerical_value_override',
  'event_index_hide_columns',
  'periodic_notification_filters',
] as const;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The own settings beyond the profile: start page, filters of mails, defaults of searches. */
export function Page() {
  const t = useT();
  const act = useAct('userSettings');
  const session = useSession();
  const [panel, setPanel] = useState<UserSetting | 'new'>();
  const query = useQuery({
    ...rowsQuery<{ readonly UserSetting: UserSetting }>(
      'userSettings',
      `/user_settings/index/user_id:${session.user.id}.json`,
    ),
    select: (rows) => rows.map((row) => row.UserSetting),
  });
  const columns = useMemo<readonly ListColumn<UserSetting>[]>(
    () => [
      {
        id: 'setting',
        header: t('setting.name'),
        width: 280,
        text: (row) => row.setting,
        render: (row) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => setPanel(row)}>
            {row.setting}
          </button>
        ),
      },
      {
        id: 'value',
        header: t('setting.value'),
        width: 360,
        grow: 1,
        text: (row) => textOf(row.value),
        render: (row) => <bdi className="mono">{textOf(row.value)}</bdi>,
      },
      {
        id: 'act',
        header: t('grid.tools'),
        quiet: true,
        width: 120,
        render: (row) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => void act(() => post(`/user_settings/delete/${row.id}`), t('userSetting.removed'))}
          >
            {t('action.remove')}
          </Button>
        ),
      },
    ],
    [t, act],
  );
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => setPanel('new')}>
      {t('userSetting.add')}
    </Button>
  );
  return (
    <>
      <AccountTabs active="settings" />
      <ListPage
        title={t('userSetting.title')}
        query={query}
        columns={columns}
        keyOf={(row) => row.id}
        nameOf={(row) => row.setting}
        onOpen={setPanel}
        actions={add}
        empty={{ icon: 'settings', title: t('userSetting.none'), text: t('userSetting.noneText'), action: add }}
      />
      {panel !== undefined && (
        <PanelForm
          title={panel === 'new' ? t('userSetting.add') : panel.setting}
          fields={[
            ...(panel === 'new'
              ? [
                  {
                    name: 'setting',
                    label: t('setting.name'),
                    kind: 'choice' as const,
                    choices: known.map((value) => ({ value, label: value })),
                  },
                ]
              : []),
            {
              name: 'value',
              label: t('setting.value'),
              kind: 'area',
              mono: true,
              rows: 6,
              required: true,
              help: t('userSetting.help'),
            },
          ]}
          initial={
            panel === 'new'
              ? { setting: known[0], value: '{"path": "/events/index"}' }
              : { value: JSON.stringify(panel.value, null, 2) }
          }
          save={async ({ setting, value }) => {
            const name = panel === 'new' ? setting : panel.setting;
            await post('/user_settings/setSetting', { setting: name, value });
            await act(async () => undefined, t('form.saved', { name: String(name) }));
          }}
          onClose={() => setPanel(undefined)}
        />
      )}
    </>
  );
}
