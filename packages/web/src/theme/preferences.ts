import { useSyncExternalStore } from 'react';
import { type Language, preferredLanguage } from '../i18n/i18n.tsx';

/** How the page looks, kept in the browser; `appearance.js` reads the same entry before the first paint. */
export interface Preferences {
  readonly theme: 'light' | 'dark' | 'system';
  readonly density: 'compact' | 'regular' | 'roomy';
  readonly language?: Language | undefined;
  readonly railOpen: boolean;
  /** Single-letter keys can be switched off (WCAG 2.1.4). */
  readonly shortcuts: boolean;
  /** Columns switched on or off by hand, by list and column. */
  readonly columns: ColumnChoices;
}

type ColumnChoices = Readonly<Record<string, Readonly<Record<string, boolean>>>>;

const storageKey = 'magpie.preferences';
const defaults: Preferences = { theme: 'system', density: 'compact', railOpen: false, shortcuts: true, columns: {} };

const oneOf = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined =>
  allowed.find((entry) => entry === value);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readColumns(value: unknown): ColumnChoices {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([list, choices]) => [
      list,
      Object.fromEntries(
        Object.entries(isRecord(choices) ? choices : {}).flatMap(([column, on]) =>
          typeof on === 'boolean' ? [[column, on]] : [],
        ),
      ),
    ]),
  );
}

function read(): Preferences {
  let stored: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = { ...parsed };
  } catch {
    // A broken or forbidden store means the defaults, not a broken page.
    stored = {};
  }
  return {
    theme: oneOf(stored.theme, ['light', 'dark', 'system']) ?? defaults.theme,
    density: oneOf(stored.density, ['compact', 'regular', 'roomy']) ?? defaults.density,
    language: oneOf(stored.language, ['en', 'ja', 'zh-Hans', 'fr']),
    railOpen: stored.railOpen === true,
    shortcuts: stored.shortcuts !== false,
    columns: readColumns(stored.columns),
  };
}

let current: Preferences | undefined;
const listeners = new Set<() => void>();

/** The preferences in force. */
export function getPreferences(): Preferences {
  current ??= read();
  return current;
}

/** The language of the page: as chosen, or the browser's. */
export const chosenLanguage = (): Language => getPreferences().language ?? preferredLanguage(navigator.languages);

/** Changes some preferences, keeps them and tells every component that shows them. */
export function setPreferences(changes: Partial<Preferences>): void {
  current = { ...getPreferences(), ...changes };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // Private windows may forbid storage: the choice then lasts until the page closes.
  }
  document.documentElement.setAttribute('data-density', current.density);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What the user chose of theme, density and language; draws anew when it changes. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, getPreferences);
}

const darkQuery = '(prefers-color-scheme: dark)';

function subscribeToSystem(listener: () => void): () => void {
  const query = matchMedia(darkQuery);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

/** The colour scheme to draw, with "system" resolved and followed. */
export function useColourScheme(): 'light' | 'dark' {
  const { theme } = usePreferences();
  const systemDark = useSyncExternalStore(subscribeToSystem, () => matchMedia(darkQuery).matches);
  return theme === 'system' ? (systemDark ? 'dark' : 'light') : theme;
}

/** Height of a grid row in pixels for the density in force. */
export function useRowHeight(): number {
  const { density } = usePreferences();
  return density === 'roomy' ? 40 : density === 'regular' ? 32 : 26;
}

/** How much wider than in the compact density text is, for widths that are given in pixels. */
export function useTextScale(): number {
  const { density } = usePreferences();
  return density === 'roomy' ? 1.17 : density === 'regular' ? 1.09 : 1;
}
