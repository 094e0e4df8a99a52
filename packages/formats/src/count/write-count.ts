/** The number alone, without a line break. */
export function writeCount(count: number): string {
  return String(count);
}
