/** Offsets from UTC, in minutes, of zone names found in mail headers, logs and `date` output. */
const zoneOffsets: ReadonlyMap<string, number> = new Map([
  ['utc', 0],
  ['gmt', 0],
  ['z', 0],
  ['ut', 0],
  ['wet', 0],
  ['west', 60],
  ['bst', 60],
  ['cet', 60],
  ['cest', 120],
  ['eet', 120],
  ['eest', 180],
  ['msk', 180],
  ['ist', 330],
  ['jst', 540],
  ['est', -300],
  ['edt', -240],
  ['cst', -360],
  ['cdt', -300],
  ['mst', -420],
  ['mdt', -360],
  ['pst', -480],
  ['pdt', -420],
]);

/** Offset of a zone name in minutes, or null when it is not one we know. */
export function zoneOffset(name: string): number | null {
  return zoneOffsets.get(name.toLowerCase()) ?? null;
}

/** Offset in minutes of `+02:00`, `-0530` or `+1`; null beyond 14 hours, the farthest zone there is. */
export function numericOffset(sign: string, hours: string, minutes: string | undefined): number | null {
  const total = Number(hours) * 60 + Number(minutes ?? 0);
  if (total > 14 * 60 || Number(minutes ?? 0) > 59) return null;
  return sign === '-' ? -total : total;
}
