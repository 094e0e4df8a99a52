import type { Translator } from '../../i18n/i18n.tsx';

const formats = { misp: 'feed.formatMisp', csv: 'feed.formatCsv', freetext: 'feed.formatText' } as const;

/** The formats of feeds, as MISP names them, with their names in words. */
export const feedFormats = (t: Translator['t']) =>
  Object.entries(formats).map(([value, key]) => ({ value, label: t(key) }));

/** A format of feeds in words; its own name where there are none. */
export function feedFormat(t: Translator['t'], format: string): string {
  return feedFormats(t).find(({ value }) => value === format)?.label ?? format;
}
