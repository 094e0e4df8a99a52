export { type Config, type FirstAdmin, readConfig, urlOf } from './config.ts';
export { ConfigError } from './config-error.ts';
export { type Environment, SETTINGS, SETTINGS_FILE_VARIABLE } from './env.ts';
export type { LogLevel } from './setting-values.ts';
