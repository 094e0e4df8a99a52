import type { Magpie } from '../../../context.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { fact, type SettingFacts } from '../../administration/settings/fact.ts';
import type { ModuleDescriptor } from './descriptor.ts';
import { FAMILIES, type Family, familyUses, isFamilyOn } from './families.ts';
import { optionSetting } from './module-options.ts';

const NAME = /^Plugin\.(Enrichment|Import|Export|Action|Cortex)_(.+)$/;

/**
 * The facts of a setting of one module (`Plugin.Enrichment_dns_enabled`), as the service describes the module; null for
 * a name that is none. Throws `Refused` when the service cannot be asked, `NotFound` when it has no such setting.
 */
export async function findModuleSetting(magpie: Magpie, name: string): Promise<SettingFacts | null> {
  const match = NAME.exec(name);
  const family = FAMILIES.find((known) => known === match?.[1]);
  if (family === undefined) return null;
  const list = await magpie.modules.known(family);
  if (!list.ok) throw new Refused(list.message);
  for (const module of ofFamily(family, list.value)) {
    const facts = factsOf(family, module).get(name);
    if (facts !== undefined) return facts;
  }
  throw new NotFound(`Setting ${name} is invalid.`);
}

/** The settings of all modules whose service is switched on and answers. */
export async function moduleSettings(magpie: Magpie): Promise<[name: string, facts: SettingFacts][]> {
  const lists = await Promise.all(
    FAMILIES.filter((family) => isFamilyOn(magpie.settings, family)).map(async (family) => {
      const list = await magpie.modules.known(family);
      return list.ok ? ofFamily(family, list.value).flatMap((module) => [...factsOf(family, module)]) : [];
    }),
  );
  return lists.flat();
}

function ofFamily(family: Family, modules: readonly ModuleDescriptor[]): ModuleDescriptor[] {
  return modules.filter(({ uses }) => familyUses[family].some((use) => uses.has(use)));
}

function factsOf(family: Family, { name, options, description }: ModuleDescriptor): Map<string, SettingFacts> {
  const facts = new Map<string, SettingFacts>();
  for (const option of options) {
    const words = option.description || `The option ${option.name} of the module ${name}.`;
    const secret = option.isSecret ? ({ redacted: true, sealed: true } as const) : {};
    facts.set(optionSetting(family, name, option.name), fact('', 1, words, { mayBeEmpty: true, ...secret }));
  }
  const what = description === '' ? '' : ` ${description}`;
  facts.set(optionSetting(family, name, 'enabled'), fact(false, 1, `Offers the module ${name}.${what}`));
  const only = 'The id of the organisation that alone may use the module; 0 for all.';
  facts.set(optionSetting(family, name, 'restrict'), fact(0, 1, only));
  return facts;
}
