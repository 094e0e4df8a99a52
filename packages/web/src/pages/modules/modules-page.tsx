import { Switch } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import {
  editServerSetting,
  organisationsQuery,
  type SettingsAnswer,
  serverSettingsQuery,
} from '../../api/administration.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { type PanelField, PanelForm } from '../../components/panel-form.tsx';
import { TabRow } from '../../components/tab-row.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useOpenedId, useSearchState } from '../../routing/search-state.ts';
import { ModuleServiceBox } from './module-service-box.tsx';
import { type ModuleRow, type ModuleService, moduleServices, moduleSettingName, modulesOf } from './module-settings.ts';

const optionNames = ({ options }: ModuleRow) => options.map(({ name }) => name).join(', ');

/** What a module is told, and who may use it. */
function ModulePanel(props: {
  readonly module: ModuleRow;
  readonly service: ModuleService;
  readonly onSaved: (name: string) => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const t = useT();
  const { module, service } = props;
  const { data: organisations } = useQuery(organisationsQuery('local'));
  if (organisations === undefined) return null;
  const fields: readonly PanelField[] = [
    { name: 'enabled', label: t('state.enabled'), kind: 'switch' },
    {
      name: 'restrict',
      label: t('module.onlyFor'),
      kind: 'pick',
      choices: [
        { value: '0', label: t('module.everyone') },
        ...organisations.map(({ id, name }) => ({ value: id, label: name })),
      ],
    },
    ...module.options.map(
      ({ name, setting }): PanelField => ({
        name,
        label: name,
        help: setting.redacted === true ? `${setting.description} ${t('module.keepSecret')}` : setting.description,
        ...(setting.redacted === true ? { kind: 'secret' } : { mono: true }),
      }),
    ),
  ];
  const initial = {
    enabled: module.enabled,
    restrict: module.onlyFor,
    ...Object.fromEntries(
      module.options.map(({ name, setting }) => [name, setting.redacted === true ? '' : String(setting.value ?? '')]),
    ),
  };
  return (
    <PanelForm
      title={module.name}
      size={520}
      fields={fields}
      initial={initial}
      save={async (values) => {
        const before: Readonly<Record<string, string | boolean>> = initial;
        for (const { name } of fields) {
          const value = values[name];
          if (value !== undefined && value !== before[name])
            await editServerSetting(moduleSettingName(service, module.name, name), value);
        }
        await props.onSaved(module.name);
      }}
      onClose={props.onClose}
    >
      {module.description !== '' && <p style={{ margin: 0 }}>{module.description}</p>}
    </PanelForm>
  );
}

/** Modules of misp-modules: which are offered, to whom, and what they are told. */
export function Page() {
  const t = useT();
  const act = useAct('serverSettings', 'modules');
  const [search] = useSearchState();
  const service = moduleServices.find((one) => one.toLowerCase() === search.service) ?? 'Enrichment';
  const all = useQuery(serverSettingsQuery());
  const query = useQuery({
    ...serverSettingsQuery(),
    select: useCallback((answer: SettingsAnswer) => modulesOf(answer.finalSettings, service), [service]),
  });
  const [openedName, setOpenedName] = useOpenedId();
  const opened = query.data?.find(({ name }) => name === openedName);
  const columns = useMemo<readonly ListColumn<ModuleRow>[]>(
    () => [
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 90,
        number: (module) => Number(module.enabled),
        render: ({ name, enabled }) => (
          <Switch
            size="xs"
            checked={enabled}
            aria-label={t('state.enableNamed', { name })}
            onChange={() => void act(() => editServerSetting(moduleSettingName(service, name, 'enabled'), !enabled))}
          />
        ),
      },
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        text: ({ name }) => name,
        render: ({ name }) => (
          <button type="button" tabIndex={-1} className="text-button mono" onClick={() => setOpenedName(name)}>
            {name}
          </button>
        ),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 360,
        grow: 1,
        text: ({ description }) => description,
        render: ({ description }) => <bdi title={description}>{description}</bdi>,
      },
      {
        id: 'options',
        header: t('module.options'),
        width: 240,
        text: optionNames,
        render: (module) => <bdi className="mono">{optionNames(module)}</bdi>,
      },
    ],
    [t, act, service, setOpenedName],
  );
  return (
    <>
      <TabRow
        label={t('nav.modules')}
        tabs={moduleServices.map((one) => ({
          path: paths.modules(one.toLowerCase()),
          label: t(`module.service.${one}`),
          active: one === service,
        }))}
      />
      {all.data !== undefined && <ModuleServiceBox key={service} service={service} settings={all.data.finalSettings} />}
      <ListPage
        title={t('nav.modules')}
        query={query}
        columns={columns}
        keyOf={({ name }) => name}
        nameOf={({ name }) => name}
        onOpen={({ name }) => setOpenedName(name)}
        empty={{ icon: 'cube', title: t('module.noModules'), text: t('module.noModulesText') }}
      />
      {opened !== undefined && (
        <ModulePanel
          module={opened}
          service={service}
          onSaved={(name) => act(async () => undefined, t('form.saved', { name }))}
          onClose={() => setOpenedName(undefined)}
        />
      )}
    </>
  );
}
