import type { Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Database } from '../../../database/database.ts';
import { type SettingName, type SettingValues, settingDefaults } from './registry.ts';

/** What a setting may hold. */
export type SettingValue = boolean | number | string;

/** Instance settings by MISP's names, typed; what is not set has its default. */
export interface Settings {
  get<Name extends SettingName>(name: Name): SettingValues[Name];
  /** Stores a checked value and tells every process. `actor` null: set by the program itself at first start. */
  set<Name extends SettingName>(actor: Viewer | null, name: Name, value: SettingValues[Name]): Promise<void>;
  /** The stored value of any setting, or undefined: for the settings API, which knows more names than this program uses. */
  stored(name: string): unknown;
  /** Stores a value that the settings API has checked against the setting's facts. A secret is not logged. */
  store(actor: Viewer, name: string, value: SettingValue, options?: { isSecret?: boolean }): Promise<void>;
}

/** Reads all settings once and keeps them current by notification, so that `get` costs nothing. */
export async function loadSettings(database: Database): Promise<Settings> {
  let stored = await read();
  let writes = 0;
  let reading: Promise<void> = Promise.resolve();
  database.listen('magpie_settings', () => {
    // One after the other, so that an older answer never replaces a newer one.
    reading = reading.then(refresh).catch(() => {
      // The listener's connection reconnects and reads again; until then the last known settings hold.
    });
  });

  async function refresh(): Promise<void> {
    const before = writes;
    const values = await read();
    // What was written here meanwhile may be missing from what was read.
    if (before === writes) stored = values;
    else await refresh();
  }

  async function read(): Promise<Map<string, unknown>> {
    const rows = await database.aside('settings', (tx) =>
      tx.query<{ name: string; value: unknown }>('select name, value from settings'),
    );
    return new Map(rows.map((row) => [row.name, row.value]));
  }

  function get<Name extends SettingName>(name: Name): SettingValues[Name] {
    const value = stored.get(name);
    // Only `set` and `store` write, with a value of the setting's own type.
    return value === undefined ? settingDefaults[name] : (value as SettingValues[Name]);
  }

  async function write(actor: Viewer | null, name: string, value: unknown, change: ReturnType<typeof difference>) {
    await database.aside('change setting', async (tx) => {
      await tx.execute(
        `insert into settings (name, value) values ($1, $2::jsonb)
         on conflict (name) do update set value = excluded.value, modified = now()`,
        [name, JSON.stringify(value)],
      );
      const entry = { model: 'Server', action: 'serverSettingsEdit', title: name };
      if (change) await recordChanges(tx, [{ ...entry, ...change }], actor);
      await tx.execute(`select pg_notify('magpie_settings', '')`);
    });
    writes += 1;
    stored = new Map(stored).set(name, value);
  }

  return {
    get,
    set: (actor, name, value) => write(actor, name, value, difference({ [name]: get(name) }, { [name]: value })),
    stored: (name) => stored.get(name),
    store(actor, name, value, options = {}) {
      const shown = (text: unknown) => (options.isSecret ? '*****' : text);
      const change = { before: { [name]: shown(stored.get(name) ?? null) }, after: { [name]: shown(value) } };
      return write(actor, name, value, change);
    },
  };
}
