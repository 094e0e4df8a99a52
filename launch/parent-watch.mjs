import { readFileSync } from 'node:fs';

const INTERVAL_MS = 500;
/** npm runs a script through a shell: launcher, shell, npm. */
const MAX_ANCESTORS = 3;

/**
 * Calls `onOrphaned` once when the npm that runs us was killed: nobody could stop us from the terminal any more.
 *
 * Does nothing when we were not started through npm.
 */
export function watchParent(onOrphaned) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const links = linksToNpm();
  const timer = setInterval(() => {
    if (links.every(({ child, parent }) => parentOf(child) === parent)) return;
    clearInterval(timer);
    onOrphaned();
  }, INTERVAL_MS);
  timer.unref();
}

/** Pairs of process and parent from us up to npm; only ours where the system does not show others'. */
function linksToNpm() {
  const links = [{ child: process.pid, parent: process.ppid }];
  for (let depth = 1; depth < MAX_ANCESTORS; depth++) {
    const { parent: child } = links.at(-1);
    if (isNpm(child)) return links;
    const parent = parentOf(child);
    if (parent === undefined || parent <= 1) break;
    links.push({ child, parent });
  }
  return isNpm(links.at(-1).parent) ? links : links.slice(0, 1);
}

function isNpm(pid) {
  return readStat(pid)?.name.startsWith('npm') ?? false;
}

function parentOf(pid) {
  return pid === process.pid ? process.ppid : readStat(pid)?.parent;
}

/** Linux only; undefined for a process that has ended, and on other systems. See proc_pid_stat(5). */
function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const nameEnd = text.lastIndexOf(')');
    return { name: text.slice(text.indexOf('(') + 1, nameEnd), parent: Number(text.slice(nameEnd + 2).split(' ')[1]) };
  } catch {
    return undefined;
  }
}
