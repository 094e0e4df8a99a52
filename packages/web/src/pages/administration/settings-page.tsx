import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { serverSettingsQuery } from '../../api/administration.ts';
import type { ServerSetting } from '../../api/wire.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { RequireRight } from '../../components/require-right.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { settingText } from './setting-text.ts';

const SettingPanel = lazy(() => import('./setting-panel.tsx').then((module) => ({ default: module.SettingPanel })));

/** Settings of the instance: search, value, meaning, change. */
export function Page() {
  const t = useT();
  const query = useQuery(serverSettingsQuery());
  const [editing, setEditing] = useState<ServerSetting>();
  const columns = useMemo<readonly ListColumn<ServerSetting>[]>(
    () => [
      {
        id: 'setting',
        header: t('setting.name'),
        width: 320,
        text: ({ setting }) => setting,
        render: (setting) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => setEditing(setting)}>
            {setting.setting}
          </button>
        ),
      },
      {
        id: 'value',
        header: t('setting.value'),
        width: 220,
        grow: 1,
        text: settingText,
        render: (setting) => (
          <bdi className="mono" title={settingText(setting)}>
            {settingText(setting)}
          </bdi>
        ),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 320,
        grow: 2,
        text: ({ description }) => description,
        render: ({ description }) => <span title={description}>{description}</span>,
      },
      {
        id: 'problem',
        header: t('setting.problem'),
        width: 160,
        grow: 1,
        text: ({ errorMessage }) => errorMessage ?? '',
        render: ({ errorMessage }) => <span style={{ color: 'var(--danger)' }}>{errorMessage}</span>,
      },
    ],
    [t],
  );
  return (
    <RequireRight right="perm_site_admin">
      <ListPage
        title={t('nav.settings')}
        query={query}
        columns={columns}
        keyOf={({ setting }) => setting}
        nameOf={({ setting }) => setting}
        onOpen={setEditing}
        empty={{ icon: 'settings', title: t('setting.none') }}
      />
      {editing !== undefined && (
        <Suspense>
          <SettingPanel key={editing.setting} setting={editing} onClose={() => setEditing(undefined)} />
        </Suspense>
      )}
    </RequireRight>
  );
}
