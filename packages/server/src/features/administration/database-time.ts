/** A time as MISP's date columns print it: `2026-11-22 04:49:05`, in UTC. */
export function databaseTime(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}
