import type { TlsOptions } from '../../../outgoing/connections.ts';
import type { Settings } from '../../administration/settings/settings.ts';

/** Kinds of modules, as MISP names them in settings. */
export const FAMILIES = ['Enrichment', 'Import', 'Export', 'Action', 'Cortex'] as const;

/** The families of modules, each with a service of its own. */
export type Family = (typeof FAMILIES)[number];

/** What a module says it can do (`meta.module-type`). */
export type ModuleUse = 'expansion' | 'hover' | 'import' | 'export' | 'action' | 'cortex';

/** The uses that belong to a family. */
export const familyUses: Readonly<Record<Family, readonly ModuleUse[]>> = {
  Enrichment: ['expansion', 'hover'],
  Import: ['import'],
  Export: ['export'],
  Action: ['action'],
  // Analysers of Cortex, which answers like misp-modules.
  Cortex: ['cortex', 'expansion'],
};

/** The service that a family is asked of, as the settings have it. */
export interface ServiceAddress {
  /** Without slash at its end. */
  readonly url: string;
  readonly tls: Pick<TlsOptions, 'allowSelfSigned' | 'anyName'>;
  /** Path of the file with the authorities that alone are trusted (PEM); empty for the well-known ones. */
  readonly authorities: string;
}

/** Where services are looked for unless a setting says. */
export const DEFAULT_URL = 'http://127.0.0.1';
const DEFAULT_PORT = 6666;
const CORTEX_PORT = 9000;
const DEFAULT_TIMEOUT_SECONDS = 10;
const CORTEX_TIMEOUT_SECONDS = 120;

/** How long a quick look waits for a module unless a setting says. */
export const DEFAULT_HOVER_TIMEOUT_SECONDS = 5;
/** However long a setting lets a module work: a request waits no longer. */
const LONGEST_TIMEOUT_SECONDS = 300;

/** The port of a family's service where the settings name none. */
export function defaultPort(family: Family): number {
  return family === 'Cortex' ? CORTEX_PORT : DEFAULT_PORT;
}

/** Seconds that a module of a family may take where the settings say nothing. */
export function defaultTimeoutSeconds(family: Family): number {
  return family === 'Cortex' ? CORTEX_TIMEOUT_SECONDS : DEFAULT_TIMEOUT_SECONDS;
}

/** The family whose name is written so, in any case; null for another text. */
export function readFamily(text: string | undefined): Family | null {
  return FAMILIES.find((family) => family.toLowerCase() === text?.toLowerCase()) ?? null;
}

/** Whether modules of the family are offered at all. */
export function isFamilyOn(settings: Settings, family: Family): boolean {
  return settings.stored(`Plugin.${family}_services_enable`) === true;
}

/** Where the modules of a family run. */
export function serviceAddress(settings: Settings, family: Family): ServiceAddress {
  const url = textOf(settings.stored(`Plugin.${family}_services_url`)) || DEFAULT_URL;
  const port = numberOf(settings.stored(`Plugin.${family}_services_port`)) ?? defaultPort(family);
  const verify = settings.stored(`Plugin.${family}_ssl_verify_peer`);
  const selfSigned = settings.stored(`Plugin.${family}_ssl_allow_self_signed`);
  const trusting = verify === false || selfSigned === true;
  const anyName = settings.stored(`Plugin.${family}_ssl_verify_host`) === false;
  return {
    url: withPort(url, port),
    tls: { ...(trusting ? { allowSelfSigned: true } : {}), ...(anyName ? { anyName } : {}) },
    authorities: textOf(settings.stored(`Plugin.${family}_ssl_cafile`)),
  };
}

/** Milliseconds that a module may take. */
export function timeoutMs(settings: Settings, family: Family, use: ModuleUse): number {
  const name = use === 'hover' ? `Plugin.${family}_hover_timeout` : `Plugin.${family}_timeout`;
  const initial = use === 'hover' ? DEFAULT_HOVER_TIMEOUT_SECONDS : defaultTimeoutSeconds(family);
  const seconds = numberOf(settings.stored(name)) ?? initial;
  return Math.min(seconds > 0 ? seconds : initial, LONGEST_TIMEOUT_SECONDS) * 1000;
}

function withPort(url: string, port: number): string {
  const base = url.replace(/\/+$/, '');
  if (!URL.canParse(base)) return base;
  const parsed = new URL(base);
  if (parsed.port === '' && port > 0) parsed.port = String(port);
  return parsed.href.replace(/\/+$/, '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
