import { createHash } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { Magpie } from '../../../context.ts';
import { TooManyRequests } from '../../../errors.ts';

/** One address may fail this many times as often over all mails together as for a single one. */
const FAILURES_PER_ADDRESS_FACTOR = 10;
/** Whatever the setting says, guessing stays slow. */
const MIN_WINDOW_SECONDS = 10;
/** Rows are kept for the longest time anybody may set, then dropped. */
const KEEP_SECONDS = 86_400;

/** The mail as one account whatever its case, width or blanks, so that variants do not dodge the limit. */
export function normaliseMail(mail: string): string {
  return mail.normalize('NFKC').trim().toLowerCase();
}

const MAX_QUEUED = 50;

/**
 * Counts a try before it is made, so that many at once cannot slip through together; gives what takes the count
 * back when it succeeds. Throws `TooManyRequests` when the address, or the address with this mail, has failed too often
 * (SecureAuth.amount within SecureAuth.expire seconds).
 */
export type CountTry = (ip: string, mail: string) => Promise<() => Promise<void>>;

/** Creates the counter; tries of one address wait for each other here, and not on connections to the database. */
export function createTryCounter(magpie: Magpie): CountTry {
  const oneAtATime = createQueues(MAX_QUEUED);
  return async (ip, mail) => {
    const amount = Math.max(1, magpie.settings.get('SecureAuth.amount'));
    const window = Math.max(MIN_WINDOW_SECONDS, magpie.settings.get('SecureAuth.expire'));
    const digest = createHash('sha256').update(normaliseMail(mail)).digest();
    const place = placeOf(ip);
    const id = await oneAtATime(place, () => countFailure(magpie, { ip: place, digest, amount, window }));
    if (id === null) {
      const message = `You have reached the maximum number of login attempts. Please wait ${window} seconds and try again.`;
      throw new TooManyRequests(message, window);
    }
    return async () => {
      await magpie.database.aside('sign-in succeeded', (tx) =>
        tx.execute('delete from sign_in_failures where id = $1', [id]),
      );
    };
  };
}

/**
 * What counts as one address: of IPv6 the /64, in which one machine has as many as it likes (RFC 4291, 2.5.4). What is no
 * address, such as the name of an account, stands for itself.
 */
function placeOf(ip: string): string {
  const plain = ip.split('%', 1)[0] ?? '';
  if (!isIPv6(plain)) return ip;
  const mapped = plain.slice(plain.lastIndexOf(':') + 1);
  if (isIPv4(mapped)) return mapped;
  const [head = '', tail = ''] = plain.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const network = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}

/** Null when the address may not try; the lock keeps other processes from counting at the same time. */
function countFailure(
  magpie: Magpie,
  { ip, digest, amount, window }: { ip: string; digest: Buffer; amount: number; window: number },
): Promise<number | null> {
  return magpie.database.asSystem('sign-in try', async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))`, [ip]);
    await tx.execute('delete from sign_in_failures where at < now() - make_interval(secs => $1)', [KEEP_SECONDS]);
    const seen = await tx.first<{ for_mail: number; for_ip: number }>(
      `select count(*) filter (where mail_digest = $2) as for_mail, count(*) as for_ip from sign_in_failures
       where ip = $1 and at > now() - make_interval(secs => $3)`,
      [ip, digest, window],
    );
    const blocked = seen !== null && (seen.for_mail >= amount || seen.for_ip >= amount * FAILURES_PER_ADDRESS_FACTOR);
    if (blocked) return null;
    const row = await tx.first<{ id: number }>(
      'insert into sign_in_failures (ip, mail_digest) values ($1, $2) returning id',
      [ip, digest],
    );
    return row?.id ?? null;
  });
}

/** Runs work of one name in turn; null at once when too much of it waits already. */
function createQueues(maxQueued: number) {
  const queues = new Map<string, { last: Promise<unknown>; length: number }>();
  return async <T>(name: string, work: () => Promise<T>): Promise<T | null> => {
    const queue = queues.get(name) ?? { last: Promise.resolve(), length: 0 };
    if (queue.length >= maxQueued) return null;
    const mine = queue.last.then(work, work);
    queue.last = mine;
    queue.length += 1;
    queues.set(name, queue);
    try {
      return await mine;
    } finally {
      queue.length -= 1;
      if (queue.length === 0) queues.delete(name);
    }
  };
}
