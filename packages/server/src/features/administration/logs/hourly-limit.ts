const ONCE_PER_MS = 3_600_000;
const MAX_REMEMBERED = 10_000;
/** Entries of one address beyond this many an hour are not written: a guesser must not fill the log. */
const MAX_PER_ADDRESS = 60;

/** Keeps what strangers can cause from filling the log. What it remembers is bounded. */
export interface HourlyLimit {
  /** True when this is to be written; `what` is written once an hour, and null counts for the address alone. */
  admits(what: string | null, ip: string): boolean;
}

/** Creates a limit; `mostPerHour` counts all addresses together. */
export function createHourlyLimit(mostPerHour = Number.POSITIVE_INFINITY): HourlyLimit {
  let since = Date.now();
  let written = 0;
  const seen = new Set<string>();
  const perAddress = new Map<string, number>();
  return {
    admits(what, ip) {
      const isOver = Date.now() - since > ONCE_PER_MS;
      if (isOver || seen.size >= MAX_REMEMBERED || perAddress.size >= MAX_REMEMBERED) {
        if (isOver) written = 0;
        since = Date.now();
        seen.clear();
        perAddress.clear();
      }
      if (written >= mostPerHour || (what !== null && seen.has(what))) return false;
      const count = perAddress.get(ip) ?? 0;
      if (count >= MAX_PER_ADDRESS) return false;
      perAddress.set(ip, count + 1);
      written += 1;
      if (what !== null) seen.add(what);
      return true;
    },
  };
}
