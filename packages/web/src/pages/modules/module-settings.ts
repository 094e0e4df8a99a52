import type { ServerSetting } from '../../api/wire.ts';

/** Services that modules are asked of, as the settings name them. */
export const moduleServices = ['Enrichment', 'Import', 'Export', 'Action', 'Cortex'] as const;

/** The families of modules, as names of settings spell them. */
export type ModuleService = (typeof moduleServices)[number];

/** A module as its settings show it: they are there for every module that the service offers. */
export interface ModuleRow {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  /** Id of the organisation that alone may use it; `0` for all. */
  readonly onlyFor: string;
  /** What the module has to be told, such as keys of the services that it asks. */
  readonly options: readonly { readonly name: string; readonly setting: ServerSetting }[];
}

/** The setting of the instance that holds an option of a module. */
export const moduleSettingName = (service: ModuleService, module: string, option: string): string =>
  `Plugin.${service}_${module}_${option}`;

/** Modules of a service, out of all settings of the instance. */
export function modulesOf(settings: readonly ServerSetting[], service: ModuleService): readonly ModuleRow[] {
  const prefix = `Plugin.${service}_`;
  const own = settings.filter(({ setting }) => setting.startsWith(prefix));
  const switches = own.filter(({ setting }) => setting.endsWith('_enabled'));
  const names = switches.map(({ setting }) => setting.slice(prefix.length, -'_enabled'.length));
  // A name may begin with that of another module: the longest one counts.
  const moduleOf = (rest: string) =>
    names
      .filter((name) => rest.startsWith(`${name}_`))
      .sort((a, b) => b.length - a.length)
      .at(0);
  const options = own.flatMap((setting) => {
    const rest = setting.setting.slice(prefix.length);
    const module = moduleOf(rest);
    return module === undefined ? [] : [{ module, name: rest.slice(module.length + 1), setting }];
  });
  return switches.map(({ value, description }, index) => {
    const name = names[index] ?? '';
    const mine = options.filter(({ module }) => module === name);
    const restrict = mine.find((option) => option.name === 'restrict')?.setting.value;
    return {
      name,
      description: description.replace(`Offers the module ${name}.`, '').trim(),
      enabled: value === true,
      onlyFor: String(restrict ?? '0'),
      options: mine.filter((option) => option.name !== 'enabled' && option.name !== 'restrict'),
    };
  });
}
