import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { editServerSetting } from '../../api/administration.ts';
import { moduleListQuery } from '../../api/modules.ts';
import type { ServerSetting } from '../../api/wire.ts';
import { SwitchField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { type PanelField, PanelForm } from '../../components/panel-form.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import type { ModuleService } from './module-settings.ts';

const limits = [
  ...(['services_url', 'services_port', 'timeout'] as const),
  ...(['ssl_verify_peer', 'ssl_verify_host', 'ssl_allow_self_signed', 'ssl_cafile'] as const),
];

/** The service that modules are asked of: whether it is used, where it stands, whether it answers. */
export function ModuleServiceBox(props: {
  readonly service: ModuleService;
  readonly settings: readonly ServerSetting[];
}) {
  const t = useT();
  const { service, settings } = props;
  const act = useAct('serverSettings', 'modules');
  const [isEditing, setIsEditing] = useState(false);
  const settingOf = (part: string) => settings.find(({ setting }) => setting === `Plugin.${service}_${part}`)?.value;
  const isOn = settingOf('services_enable') === true;
  const { data: list, isFetching, refetch } = useQuery({ ...moduleListQuery(service), enabled: isOn });
  const initial = Object.fromEntries(
    limits.map((part) => {
      const value = settingOf(part);
      return [part, typeof value === 'boolean' ? value : String(value ?? '')];
    }),
  );
  const fields = limits.map(
    (part): PanelField => ({
      name: part,
      label: t(`module.${part}`),
      ...(typeof initial[part] === 'boolean' ? { kind: 'switch' } : { mono: true, required: part !== 'ssl_cafile' }),
    }),
  );
  return (
    <div className="toolbar">
      <SwitchField
        label={t('module.useService')}
        value={isOn}
        onChange={(on) => void act(() => editServerSetting(`Plugin.${service}_services_enable`, on))}
      />
      <span className="mono muted">
        {String(settingOf('services_url') ?? '')}:{String(settingOf('services_port') ?? '')}
      </span>
      {isOn && list !== undefined && (
        <span role="status" style={{ color: list.reachable ? 'var(--ok)' : 'var(--danger)' }}>
          <Icon name={list.reachable ? 'check' : 'warning'} size={14} />{' '}
          {list.reachable ? t('module.answers') : (list.message ?? t('module.silent'))}
        </span>
      )}
      <Button variant="default" onClick={() => setIsEditing(true)}>
        {t('module.address')}
      </Button>
      {isOn && (
        <Button
          variant="default"
          loading={isFetching}
          onClick={() => void act(async () => (await refetch({ throwOnError: true })).data)}
        >
          {t('module.askAgain')}
        </Button>
      )}
      <AppLink to={paths.settings('Plugin')}>{t('setting.tab.plugin')}</AppLink>
      {isEditing && (
        <PanelForm
          title={t('module.address')}
          fields={fields}
          initial={initial}
          save={async (values) => {
            for (const part of limits) {
              const value = values[part];
              if (value !== undefined && value !== initial[part])
                await editServerSetting(`Plugin.${service}_${part}`, value);
            }
            await act(async () => undefined, t('form.saved', { name: t('module.address') }));
          }}
          onClose={() => setIsEditing(false)}
        />
      )}
    </div>
  );
}
