import { useQuery } from '@tanstack/react-query';
import { organisationsQuery } from '../../api/administration.ts';
import type { ServerSetting } from '../../api/wire.ts';
import type { Choice } from '../../components/fields.tsx';
import { type Language, type MessageKey, type Translator, useTranslator } from '../../i18n/i18n.tsx';

/** The value as text, as it is typed into the field. */
export function settingText({ value }: Pick<ServerSetting, 'value'>): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Settings whose number is an organisation. */
const ofOrganisations = new Set(['MISP.host_org_id', 'Plugin.Sightings_anonymise_as']);

/** Settings whose choices are levels that the page has words for. */
const levels: Readonly<Record<string, Readonly<Record<string, MessageKey>>>> = {
  'MISP.default_event_distribution': {
    '0': 'distribution.0',
    '1': 'distribution.1',
    '2': 'distribution.2',
    '3': 'distribution.3',
  },
  'MISP.default_attribute_distribution': {
    '0': 'distribution.0',
    '1': 'distribution.1',
    '2': 'distribution.2',
    '3': 'distribution.3',
    event: 'distribution.5',
  },
  'MISP.default_event_threat_level': { '1': 'threat.1', '2': 'threat.2', '3': 'threat.3', '4': 'threat.4' },
};

function plainChoices(t: Translator['t'], { setting, type, options }: ServerSetting): readonly Choice[] | undefined {
  if (type === 'boolean')
    return [
      { value: 'true', label: t('state.on') },
      { value: 'false', label: t('state.off') },
    ];
  if (options === undefined) return undefined;
  return Object.entries(options).map(([value, label]) => {
    const key = levels[setting]?.[value];
    return { value, label: key === undefined ? label : t(key) };
  });
}

/** What may be chosen for a setting; undefined where anything can be typed. */
export function useSettingChoices(): (setting: ServerSetting) => readonly Choice[] | undefined {
  const { t } = useTranslator();
  const organisations = useQuery(organisationsQuery('local')).data;
  return (setting) => {
    if (!ofOrganisations.has(setting.setting) || organisations === undefined) return plainChoices(t, setting);
    const named = organisations.map(({ id, name }) => ({ value: id, label: name }));
    return setting.setting === 'MISP.host_org_id' ? named : [{ value: '0', label: '–' }, ...named];
  };
}

async function loadDescriptions(language: Language): Promise<Readonly<Record<string, string>>> {
  switch (language) {
    case 'fr':
      return (await import('../../i18n/settings/fr.ts')).settingsFr;
    case 'ja':
      return (await import('../../i18n/settings/ja.ts')).settingsJa;
    case 'zh-Hans':
      return (await import('../../i18n/settings/zh-hans.ts')).settingsZhHans;
    default:
      return {};
  }
}

/** What a setting means, in the language of the page; in the server's English where that has no text of its own. */
export function useSettingDescriptions(): (setting: ServerSetting) => string {
  const { language } = useTranslator();
  const { data = {} } = useQuery({
    queryKey: ['settingDescriptions', language],
    queryFn: () => loadDescriptions(language),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return ({ setting, description }) => data[setting] ?? description;
}
