import { can, type Viewer } from '../../../access/viewer.ts';
import { Refused } from '../../../errors.ts';
import type { Outgoing } from '../../../outgoing/outgoing.ts';
import type { SecretStore } from '../../../secrets/at-rest.ts';
import type { Settings } from '../../administration/settings/settings.ts';
import type { ModuleDescriptor } from './descriptor.ts';
import { askModule, fetchModules, type ModuleOutcome } from './exchange.ts';
import { type Family, familyUses, isFamilyOn, type ModuleUse, serviceAddress, timeoutMs } from './families.ts';
import { moduleAccess, readModuleConfig, readServiceKey } from './module-options.ts';

/** A module that may be asked, and for what. */
export interface OfferedModule {
  readonly family: Family;
  readonly descriptor: ModuleDescriptor;
}

/** What modules are asked beside their configuration. */
export interface ModuleQuestion {
  readonly use: ModuleUse;
  readonly body: Readonly<Record<string, unknown>>;
  /** Options that the user chose; they win over those of the administrator. */
  readonly userConfig?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The services of misp-modules that the settings name. */
export interface Modules {
  /** Every module of a family's service, offered to users or not. Asked of the service once in a while. */
  known(family: Family): Promise<ModuleOutcome<readonly ModuleDescriptor[]>>;
  /**
   * Modules for one of the uses that the viewer may ask; none when the family is switched off. Throws `Refused` when
   * the service cannot be reached.
   */
  offered(family: Family, viewer: Viewer, uses?: readonly ModuleUse[]): Promise<OfferedModule[]>;
  /** One of them by its name. Throws `Refused` when there is none, or the service is off or cannot be reached. */
  find(family: Family, viewer: Viewer, name: string, uses?: readonly ModuleUse[]): Promise<OfferedModule>;
  /** Has a module work with its configuration. Never throws for what a service does. */
  ask(module: OfferedModule, question: ModuleQuestion): Promise<ModuleOutcome<Record<string, unknown>>>;
  /** Forgets what was listed. */
  forget(): void;
}

/** How long a list of modules is used before it is asked for again. */
const LIST_SECONDS = 60;
/** How long a service that does not answer is not asked again. */
const DOWN_SECONDS = 3;

interface Listed {
  readonly outcome: Promise<ModuleOutcome<readonly ModuleDescriptor[]>>;
  until: number;
}

/** Makes the client of the module services; settings are looked at with every call. */
export function createModules(parts: { outgoing: Outgoing; settings: Settings; secrets: SecretStore }): Modules {
  const { outgoing, settings, secrets } = parts;
  const lists = new Map<string, Listed>();

  function known(family: Family): Promise<ModuleOutcome<readonly ModuleDescriptor[]>> {
    const address = serviceAddress(settings, family);
    const key = JSON.stringify([address, family === 'Cortex']);
    const listed = lists.get(key);
    if (listed !== undefined && Date.now() < listed.until) return listed.outcome;
    // Addresses that are no longer in the settings are few, yet need not be kept.
    if (lists.size > 16) lists.clear();
    const outcome = readServiceKey(settings, secrets, family).then((secret) => fetchModules(outgoing, address, secret));
    const entry: Listed = { outcome, until: Date.now() + LIST_SECONDS * 1000 };
    lists.set(key, entry);
    outcome.then(
      ({ ok }) => {
        if (!ok) entry.until = Date.now() + DOWN_SECONDS * 1000;
      },
      () => lists.delete(key),
    );
    return outcome;
  }

  async function offered(family: Family, viewer: Viewer, uses = familyUses[family]): Promise<OfferedModule[]> {
    if (!isFamilyOn(settings, family)) return [];
    const list = await known(family);
    if (!list.ok) throw new Refused(list.message);
    return list.value
      .filter(({ name, uses: own }) => uses.some((use) => own.has(use)) && isAllowed(family, name, viewer))
      .map((descriptor) => ({ family, descriptor }));
  }

  function isAllowed(family: Family, name: string, viewer: Viewer): boolean {
    const { isOn, onlyFor } = moduleAccess(settings, family, name);
    return isOn && (onlyFor === 0 || onlyFor === viewer.organisationId || can(viewer, 'perm_site_admin'));
  }

  return {
    known,
    offered,
    async find(family, viewer, name, uses) {
      if (!isFamilyOn(settings, family)) throw new Refused(`${family} modules are not enabled.`);
      const module = (await offered(family, viewer, uses)).find(({ descriptor }) => descriptor.name === name);
      if (module === undefined) throw new Refused('Module not found or not available.');
      return module;
    },
    async ask({ family, descriptor }, { use, body, userConfig, signal }) {
      const config = { ...(await readModuleConfig(settings, secrets, family, descriptor)), ...userConfig };
      const outcome = await askModule(
        outgoing,
        serviceAddress(settings, family),
        { ...body, module: descriptor.name, config },
        {
          timeoutMs: timeoutMs(settings, family, use),
          key: await readServiceKey(settings, secrets, family),
          ...(signal ? { signal } : {}),
        },
      );
      // A service that went away may come back with other modules.
      if (!outcome.ok && outcome.failure === 'unreachable') lists.clear();
      return outcome;
    },
    forget: () => lists.clear(),
  };
}
