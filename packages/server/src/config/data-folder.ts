import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './env.ts';

/**
 * The data folder when none is named: where the operating system keeps a user's application data.
 *
 * Root's own home is closed to the account that PostgreSQL must run as, so root's
 * instance is the machine's: /var/lib/magpie.
 */
export function defaultDataFolder(env: Environment, platform = process.platform, uid = process.getuid?.()): string {
  const home = env.HOME || homedir();
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'Magpie');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Magpie');
  if (env.XDG_DATA_HOME) return join(env.XDG_DATA_HOME, 'magpie');
  if (uid === 0 && home === '/root') return '/var/lib/magpie';
  return join(home, '.local', 'share', 'magpie');
}
