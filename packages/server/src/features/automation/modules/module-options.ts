import { Refused } from '../../../errors.ts';
import type { SecretStore } from '../../../secrets/at-rest.ts';
import type { Settings } from '../../administration/settings/settings.ts';
import type { ModuleDescriptor } from './descriptor.ts';
import type { Family } from './families.ts';

const SEALED = 'sealed:';

/** A secret of a module's settings as it is stored. */
export async function sealOption(secrets: SecretStore, text: string): Promise<string> {
  return text === '' ? '' : SEALED + (await secrets.seal(text)).toString('base64');
}

/** The name of a module's setting. */
export function optionSetting(family: Family, module: string, option: string): string {
  return `Plugin.${family}_${module}_${option}`;
}

/**
 * The `config` of a query: every option of the module, null where nothing is set. Throws `Refused` when a stored secret
 * cannot be decrypted here.
 */
export async function readModuleConfig(
  settings: Settings,
  secrets: SecretStore,
  family: Family,
  { name, options }: Pick<ModuleDescriptor, 'name' | 'options'>,
): Promise<Record<string, string | null>> {
  const config: Record<string, string | null> = {};
  for (const option of options) {
    const stored = settings.stored(optionSetting(family, name, option.name));
    const text = typeof stored === 'string' || typeof stored === 'number' ? String(stored) : '';
    config[option.name] = text === '' ? null : await opened(secrets, text, option);
  }
  return config;
}

/** The key that a family's service asks for: Cortex has one. Throws `Refused` as above. */
export async function readServiceKey(settings: Settings, secrets: SecretStore, family: Family): Promise<string> {
  const stored = family === 'Cortex' ? settings.stored('Plugin.Cortex_authkey') : '';
  return typeof stored === 'string'
    ? opened(secrets, stored, { name: 'authkey', description: '', isSecret: true })
    : '';
}

async function opened(
  secrets: SecretStore,
  text: string,
  option: ModuleDescriptor['options'][number],
): Promise<string> {
  if (!option.isSecret || !text.startsWith(SEALED)) return text;
  try {
    return await secrets.open(Buffer.from(text.slice(SEALED.length), 'base64'));
  } catch (cause) {
    throw new Refused(`The stored option ${option.name} cannot be decrypted; set it again.`, { cause });
  }
}

/** Whether the administrator offers the module at all, and to whom: 0 everybody, else an organisation's id. */
export function moduleAccess(settings: Settings, family: Family, name: string): { isOn: boolean; onlyFor: number } {
  const restricted = Number(settings.stored(optionSetting(family, name, 'restrict')) ?? 0);
  return {
    isOn: settings.stored(optionSetting(family, name, 'enabled')) === true,
    // What is no number restricts to nobody rather than to nothing.
    onlyFor: Number.isInteger(restricted) && restricted >= 0 ? restricted : -1,
  };
}
