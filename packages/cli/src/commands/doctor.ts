import { statfs } from 'node:fs/promises';
import { type Config, ConfigError, readConfig } from '@magpie/server/config/index.ts';
import type { Command } from '../command.ts';
import { withDatabase } from '../with-database.ts';

/** One check: what was looked at, and what was found. */
type Finding = Readonly<{ name: string; isGood: boolean; text: string }>;

const MIN_FREE_BYTES = 2 * 2 ** 30;

/** `magpie doctor`: checks what a working instance needs and says what is wrong. */
export const doctor: Command = {
  name: 'doctor',
  synopsis: '',
  summary: 'Check settings, database, disk space and server, and name what is wrong.',
  options: {},
  optionHelp: {},
  async run() {
    const findings = await examine();
    for (const { name, isGood, text } of findings) console.log(`${isGood ? 'ok   ' : 'FAULT'}  ${name}: ${text}`);
    return findings.every(({ isGood }) => isGood) ? 0 : 1;
  },
};

async function examine(): Promise<Finding[]> {
  const node = { name: 'Node', isGood: true, text: process.versions.node };
  let config: Config;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [node, ...error.problems.map((text) => ({ name: 'settings', isGood: false, text }))];
  }
  const settings = { name: 'settings', isGood: true, text: `data folder ${config.dataDir}, ${config.baseUrl}` };
  const database = await check('database', () => examineDatabase(config));
  const space = await check('disk space', () => examineSpace(config.dataDir));
  const answer = await check('server', () => examineServer(config));
  return [node, settings, database, space, answer];
}

async function check(name: string, examineOne: () => Promise<string>): Promise<Finding> {
  try {
    return { name, isGood: true, text: await examineOne() };
  } catch (error) {
    return { name, isGood: false, text: error instanceof Error ? error.message : String(error) };
  }
}

function examineDatabase(config: Config): Promise<string> {
  return withDatabase(config, async ({ database, applied }) => {
    const row = await database.asSystem('doctor', (tx) =>
      tx.first<{ version: string; size: string; invalid: string | null }>(
        `select current_setting('server_version') as version,
           pg_size_pretty(pg_database_size(current_database())) as size,
           (select string_agg(indexrelid::regclass::text, ', ') from pg_index where not indisvalid) as invalid`,
      ),
    );
    if (row?.invalid) throw new Error(`these indexes are not valid, reindex them: ${row.invalid}`);
    const migrated = applied.length > 0 ? `, ${applied.length} migrations applied just now` : '';
    return `PostgreSQL ${row?.version}, ${row?.size}${migrated}`;
  });
}

async function examineSpace(dataDir: string): Promise<string> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = `${((bavail * bsize) / 2 ** 30).toFixed(1)} GB free`;
  if (bavail * bsize < MIN_FREE_BYTES) throw new Error(`only ${free}`);
  return free;
}

async function examineServer(config: Config): Promise<string> {
  const url = `${config.baseUrl}/health/ready`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    if (response.ok) return `answers at ${config.baseUrl}`;
    throw new Error(`${url} answers with status ${response.status}`);
  } catch (error) {
    // fetch reports every failure to connect as a TypeError.
    if (error instanceof TypeError) return `not running at ${config.baseUrl}`;
    throw error;
  }
}
