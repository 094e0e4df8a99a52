import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { ConfigError } from './config-error.ts';
import { type ContentSource, PUBLIC_SOURCE, parseContentSource } from './content-source.ts';
import { defaultDataFolder } from './data-folder.ts';
import { type Environment, SETTINGS_FILE_VARIABLE, type SettingName } from './env.ts';
import {
  type LogLevel,
  parseBaseUrl,
  parseByteSize,
  parseDatabaseUrl,
  parseEmail,
  parseHost,
  parseKey,
  parseLogLevel,
  parseName,
  parseNetworks,
  parsePassword,
  parsePort,
  parseSmtpUrl,
} from './setting-values.ts';
import { readSettingsFile } from './settings-file.ts';

/** All that can be set before a start, checked. */
export type Config = Readonly<{
  /** Absolute path. */
  dataDir: string;
  host: string;
  port: number;
  /** Without a slash at its end. */
  baseUrl: string;
  /** Null: the embedded PostgreSQL is used. */
  databaseUrl: string | null;
  firstAdmin: FirstAdmin;
  bodyLimitBytes: number;
  trustedProxies: readonly string[];
  /** Private networks that web addresses given by users may lead to. */
  reachableNetworks: readonly string[];
  /** Mail server; null: no mails are sent. */
  smtpUrl: string | null;
  logLevel: LogLevel;
  /** Where the knowledge libraries come from. */
  contentSource: ContentSource;
}>;

/** What the very first start gives its site administrator; null: a default, or made at random. */
export type FirstAdmin = Readonly<{
  email: string | null;
  password: string | null;
  key: string | null;
  organisationName: string | null;
}>;

const DEFAULT_BODY_LIMIT_BYTES = 256 * 2 ** 20;
const SECRET: ReadonlySet<SettingName> = new Set([
  'MAGPIE_DATABASE_URL',
  'MAGPIE_ADMIN_PASSWORD',
  'MAGPIE_ADMIN_KEY',
  'MAGPIE_SMTP_URL',
]);

/**
 * Reads and checks all settings. The environment wins over the settings file; an empty value counts as not set.
 *
 * Throws `ConfigError` with all faults at once, in which the values of secret settings are not repeated.
 */
export function readConfig(env: Environment): Config {
  const defaultFolder = resolve(env.MAGPIE_DATA_DIR || defaultDataFolder(env));
  const file = readSettingsFile(env[SETTINGS_FILE_VARIABLE], defaultFolder);
  const problems = [...file.problems];

  function read<T, D>(name: SettingName, fallback: D, parse: (text: string) => T): T | D {
    const text = env[name] || file.values[name];
    if (!text) return fallback;
    try {
      return parse(text);
    } catch (error) {
      const shown = SECRET.has(name) ? 'the given value' : JSON.stringify(text);
      const source = env[name] ? '' : ` (in ${file.path})`;
      problems.push(`${name}${source}: ${shown} cannot be used: ${error instanceof Error ? error.message : error}`);
      return fallback;
    }
  }

  const host = read('MAGPIE_HOST', '127.0.0.1', parseHost);
  const port = read('MAGPIE_PORT', 8080, parsePort);
  const config: Config = {
    dataDir: read('MAGPIE_DATA_DIR', defaultFolder, (path) => resolve(path)),
    host,
    port,
    baseUrl: read('MAGPIE_BASE_URL', urlOf(host, port), parseBaseUrl),
    databaseUrl: read('MAGPIE_DATABASE_URL', null, parseDatabaseUrl),
    firstAdmin: Object.freeze({
      email: read('MAGPIE_ADMIN_EMAIL', null, parseEmail),
      password: read('MAGPIE_ADMIN_PASSWORD', null, parsePassword),
      key: read('MAGPIE_ADMIN_KEY', null, parseKey),
      organisationName: read('MAGPIE_ORG_NAME', null, parseName),
    }),
    bodyLimitBytes: read('MAGPIE_BODY_LIMIT', DEFAULT_BODY_LIMIT_BYTES, parseByteSize),
    trustedProxies: Object.freeze(read('MAGPIE_TRUSTED_PROXIES', [], parseNetworks)),
    reachableNetworks: Object.freeze(read('MAGPIE_REACHABLE_NETWORKS', [], parseNetworks)),
    smtpUrl: read('MAGPIE_SMTP_URL', null, parseSmtpUrl),
    logLevel: read('MAGPIE_LOG_LEVEL', 'info', parseLogLevel),
    contentSource: read('MAGPIE_CONTENT_SOURCE', PUBLIC_SOURCE, parseContentSource),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config);
}

/** The URL a person on this machine types; listening on every address includes the loopback one. */
export function urlOf(host: string, port: number): string {
  if (host === '0.0.0.0' || host === '::') return `http://localhost:${port}`;
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
