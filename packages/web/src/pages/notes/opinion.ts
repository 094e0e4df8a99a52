/** The five bands of an opinion from 0 to 100, which the slider names. */
export function opinionBand(value: number) {
  if (value <= 20) return 'notes.band.0' as const;
  if (value <= 40) return 'notes.band.1' as const;
  if (value <= 60) return 'notes.band.2' as const;
  if (value <= 80) return 'notes.band.3' as const;
  return 'notes.band.4' as const;
}
