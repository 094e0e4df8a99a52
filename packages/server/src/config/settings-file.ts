import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { isSettingName, SETTINGS_FILE_VARIABLE, type SettingName } from './env.ts';

/** What a settings file says, and what is wrong with it. */
export type SettingsFile = Readonly<{
  path: string | null;
  values: Readonly<Partial<Record<SettingName, string>>>;
  problems: readonly string[];
}>;

/** Looked for in the data folder, in this order. */
const NAMES = ['magpie.env', 'magpie.json'];

/**
 * Reads the settings file: the one MAGPIE_CONFIG names, else magpie.env or magpie.json in the data folder.
 *
 * A name ending in .json holds one JSON object, any other file NAME=value lines; both use
 * the names of the environment. No file is no problem, unless it was asked for.
 */
export function readSettingsFile(asked: string | undefined, dataDir: string): SettingsFile {
  const path = asked || NAMES.map((name) => join(dataDir, name)).find((candidate) => existsSync(candidate));
  if (!path) return { path: null, values: {}, problems: [] };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      path,
      values: {},
      problems: [`${SETTINGS_FILE_VARIABLE}: cannot read the settings file ${path}: ${reason}`],
    };
  }
  const file = path.endsWith('.json') ? fromJson(path, text) : check(path, parseEnv(text));
  if (asked || file.values.MAGPIE_DATA_DIR === undefined) return file;
  const problem = `${path}: MAGPIE_DATA_DIR cannot be set by a file that lies in the data folder`;
  return { ...file, problems: [...file.problems, problem] };
}

function fromJson(path: string, text: string): SettingsFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      path,
      values: {},
      problems: [`${path}: not valid JSON: ${error instanceof Error ? error.message : error}`],
    };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return { path, values: {}, problems: [`${path}: expected one JSON object of settings`] };
  }
  return check(path, { ...value });
}

function check(path: string, entries: Readonly<Record<string, unknown>>): SettingsFile {
  const values: Partial<Record<SettingName, string>> = {};
  const problems: string[] = [];
  for (const [name, value] of Object.entries(entries)) {
    if (!isSettingName(name)) problems.push(`${path}: ${name} is not a setting`);
    else if (typeof value === 'string' || typeof value === 'number') values[name] = String(value);
    else problems.push(`${path}: ${name} must be a text or a number`);
  }
  return { path, values, problems };
}
