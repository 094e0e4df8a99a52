import { createHash } from 'node:crypto';
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

/**
 * Counts a try before it is made, so that many at once cannot slip through together; returns what takes the count
 * back when it succeeds. Throws `TooManyRequests` when the address, or the address with this mail, has failed too often
 * (SecureAuth.amount within SecureAuth.expire seconds).
 */
export async function countTry(magpie: Magpie, ip: string, mail: string): Promise<() => Promise<void>> {
  const amount = Math.max(1, magpie.settings.get('SecureAuth.amount'));
  const window = Math.max(MIN_WINDOW_SECONDS, magpie.settings.get('SecureAuth.expire'));
  const digest = createHash('sha256').update(normaliseMail(mail)).digest();
  const id = await magpie.database.aside('sign-in try', async (tx) => {
    await tx.execute(`select pg_advisory_xact_lock(hashtextextended('sign-in ' || $1, 0))`, [ip]);
    await tx.execute(`delete from sign_in_failures where at < now() - make_interval(secs => $1)`, [KEEP_SECONDS]);
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
  if (id === null) {
    const message = `You have reached the maximum number of login attempts. Please wait ${window} seconds and try again.`;
    throw new TooManyRequests(message, window);
  }
  return async () => {
    await magpie.database.aside('sign-in succeeded', (tx) =>
      tx.execute('delete from sign_in_failures where id = $1', [id]),
    );
  };
}
