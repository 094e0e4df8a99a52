import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';

/** A user of the operating system that PostgreSQL runs as, because it refuses to run as root. */
export type ProcessAccount = Readonly<{ uid: number; gid: number; name: string }>;

type PasswdEntry = ProcessAccount;

/**
 * The account PostgreSQL must run as, or null when our own will do.
 *
 * Only root needs another: the owner of `folder` when that is an ordinary user,
 * else `nobody`. PostgreSQL looks its user up by name, so a uid without an entry
 * in the user database cannot be used; throws when our own uid is such a one.
 */
export function choosePostgresAccount(folder: string): ProcessAccount | null {
  if (typeof process.getuid !== 'function') return null;
  const uid = process.getuid();
  if (uid !== 0) {
    requireNamedUser(uid);
    return null;
  }
  const entries = readPasswd();
  const owner = statSync(folder).uid;
  const named = owner === 0 ? undefined : entries.find((entry) => entry.uid === owner);
  return named ?? entries.find((entry) => entry.name === 'nobody') ?? { uid: 65534, gid: 65534, name: 'nobody' };
}

/** Whether `account` may enter `folder` and all folders above it, by their permission bits. */
export function canEnter(folder: string, account: ProcessAccount): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const { uid, gid, mode } = statSync(at);
    if ((mode & entryBit({ uid, gid }, account)) === 0) return false;
    if (dirname(at) === at) return true;
  }
}

/** The bit of the mode that lets the account in: of the owner, of the group or of all others. */
function entryBit(folder: { uid: number; gid: number }, account: ProcessAccount): number {
  if (folder.uid === account.uid) return 0o100;
  return folder.gid === account.gid ? 0o010 : 0o001;
}

function requireNamedUser(uid: number): void {
  try {
    userInfo();
  } catch (cause) {
    throw new Error(
      `the embedded PostgreSQL cannot run as user id ${uid}, which has no name in the user database: ` +
        'run Magpie as a named user (or root), or set MAGPIE_DATABASE_URL to a PostgreSQL of your own',
      { cause },
    );
  }
}

function readPasswd(): PasswdEntry[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4 && !fields[0]?.startsWith('#'))
    .map((fields) => ({ name: String(fields[0]), uid: Number(fields[2]), gid: Number(fields[3]) }));
}
