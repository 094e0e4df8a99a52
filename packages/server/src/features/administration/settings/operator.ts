import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { moduleSettings } from '../../automation/modules/module-facts.ts';
import { type SettingFacts, settingFacts } from './facts.ts';
import type { SettingValue } from './settings.ts';
import { effectiveValue, requireFacts, storeSetting } from './values.ts';

/** Every setting with its value, for whoever runs the machine; secrets as asterisks. */
export async function listSettings(magpie: Magpie): Promise<[name: string, value: SettingValue][]> {
  const all = [...Object.entries(settingFacts), ...(await moduleSettings(magpie))];
  return all.map(([name, facts]) => [name, shown(magpie, name, facts)]);
}

/** The value of one setting; a secret as asterisks. Throws `NotFound` for an unknown name. */
export async function readSetting(magpie: Magpie, sent: string): Promise<SettingValue> {
  const { name, facts } = await requireFacts(magpie, sent);
  return shown(magpie, name, facts);
}

/**
 * Sets one of the settings, those included that the API may not set, in the name of `viewer`. Returns what is shown of
 * it. Throws `NotFound` for an unknown name, `Invalid` for a value that the setting does not take.
 */
export async function writeSetting(
  magpie: Magpie,
  viewer: Viewer,
  sent: string,
  value: string,
  { force }: { force: boolean },
): Promise<SettingValue> {
  const setting = await requireFacts(magpie, sent);
  const stored = await storeSetting(magpie, viewer, setting, value === 'false' ? false : value, force);
  return setting.facts.redacted ? '*****' : stored;
}

function shown(magpie: Magpie, name: string, facts: SettingFacts): SettingValue {
  return facts.redacted ? '*****' : effectiveValue(magpie, name, facts);
}
