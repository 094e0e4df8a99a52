import { perLanguage } from '../i18n/formatters.ts';
import { useTranslator } from '../i18n/i18n.tsx';

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

const relative = perLanguage((language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' }));
const exact = perLanguage((language) => new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' }));

/** "3 days ago" in the language of the page; `seconds` counts from now. */
function formatRelative(seconds: number, language: string): string {
  const formatter = relative(language);
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return formatter.format(Math.round(seconds / size), unit);
  }
  return formatter.format(0, 'second');
}

/** ISO form without the T, to the second, in UTC. */
export const formatUtc = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A moment: relative, exact on hover. `epoch` are seconds as MISP sends them; "0" is never. */
export function Moment(props: { readonly epoch: string | number | null | undefined; readonly never?: string }) {
  const { language } = useTranslator();
  const seconds = Number(props.epoch ?? 0);
  if (!Number.isFinite(seconds) || seconds <= 0) return <span className="muted">{props.never ?? '–'}</span>;
  const date = new Date(seconds * 1000);
  return (
    <time dateTime={date.toISOString()} title={`${exact(language).format(date)} · ${formatUtc(date)}`}>
      {formatRelative(seconds - Date.now() / 1000, language)}
    </time>
  );
}

/** The moment of a time as MISP writes it, `2026-01-31 12:00:00` in UTC; undefined for anything else. */
function dateOfStamp(stamp: string): Date | undefined {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/.exec(stamp);
  const date = new Date(`${parts?.[1]}T${parts?.[2]}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** A time that the server tells as text in UTC: exact, with its zone; in that of the reader on hover. */
export function StampText({ stamp }: { readonly stamp: string | null | undefined }) {
  const { language } = useTranslator();
  const date = dateOfStamp(stamp ?? '');
  if (date === undefined) return <span className="muted">{stamp || '–'}</span>;
  return (
    <time
      className="mono muted"
      dateTime={date.toISOString()}
      title={date.toLocaleString(language, { timeZoneName: 'short' })}
    >
      {formatUtc(date)}
    </time>
  );
}
