import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import { type SettingsAnswer, serverSettingsQuery } from '../../api/administration.ts';
import type { ServerSetting } from '../../api/wire.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { settingText, useSettingChoices, useSettingDescriptions } from './setting-text.ts';

const SettingPanel = lazy(() => import('./setting-panel.tsx').then((module) => ({ default: module.SettingPanel })));

/** MISP's groups of settings, by the names in their addresses. */
const tabs: readonly (readonly [string, MessageKey])[] = [
  ['', 'setting.tab.all'],
  ['MISP', 'setting.tab.general'],
  ['Security', 'setting.tab.security'],
  ['Plugin', 'setting.tab.plugin'],
  ['Encryption', 'setting.tab.encryption'],
  ['Proxy', 'setting.tab.proxy'],
];

function useColumns(onEdit: (setting: ServerSetting) => void): readonly ListColumn<ServerSetting>[] {
  const t = useT();
  const choicesOf = useSettingChoices();
  const descriptionOf = useSettingDescriptions();
  const shownValue = (setting: ServerSetting) => {
    const text = settingText(setting);
    return choicesOf(setting)?.find(({ value }) => value === text)?.label ?? text;
  };
  return [
    {
      id: 'setting',
      header: t('setting.name'),
      width: 320,
      text: ({ setting }) => setting,
      render: (setting) => (
        <button type="button" tabIndex={-1} className="text-button mono" onClick={() => onEdit(setting)}>
          {setting.setting}
        </button>
      ),
    },
    {
      id: 'value',
      header: t('setting.value'),
      width: 200,
      grow: 1,
      text: shownValue,
      render: (setting) => (
        <bdi className={choicesOf(setting) === undefined ? 'mono' : undefined} title={shownValue(setting)}>
          {shownValue(setting)}
        </bdi>
      ),
    },
    {
      id: 'description',
      header: t('field.description'),
      width: 360,
      grow: 3,
      text: descriptionOf,
      render: (setting) => <span title={descriptionOf(setting)}>{descriptionOf(setting)}</span>,
    },
    {
      id: 'problem',
      header: t('setting.problem'),
      width: 140,
      grow: 1,
      text: ({ errorMessage }) => errorMessage ?? '',
      render: ({ errorMessage }) => (
        <span style={{ color: 'var(--danger)' }} title={errorMessage}>
          {errorMessage}
        </span>
      ),
    },
  ];
}

/** Settings of the instance: search, value, meaning, change. */
export function Page() {
  const t = useT();
  const { tab: asked } = useParams({ strict: false }) as { readonly tab?: string };
  const tab = tabs.find(([name]) => name.toLowerCase() === asked?.toLowerCase())?.[0] ?? '';
  const query = useQuery({
    ...serverSettingsQuery(),
    select: useCallback(
      (answer: SettingsAnswer) => answer.finalSettings.filter((setting) => tab === '' || setting.tab === tab),
      [tab],
    ),
  });
  const [editing, setEditing] = useState<ServerSetting>();
  const columns = useColumns(setEditing);
  return (
    <>
      <TabRow
        label={t('nav.settings')}
        tabs={tabs.map(([name, key]) => ({ path: paths.settings(name), label: t(key), active: name === tab }))}
      />
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
    </>
  );
}
