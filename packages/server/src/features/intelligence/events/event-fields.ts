import { readUuid } from '@magpie/model';
import { type JsonObject, readBoolean, readId, readInteger } from '../../../http/lenient.ts';

/** The writable fields of an event, checked; absent ones are undefined. */
export interface EventFields {
  uuid?: string;
  info?: string;
  date?: string;
  threatLevelId?: number;
  analysis?: number;
  distribution?: number;
  published?: boolean;
  timestamp?: number;
  disableCorrelation?: boolean;
  /** uuid, or an id still to be translated; '' removes the link. */
  extendsUuid?: string;
  protected?: boolean;
}

/** What is wrong with the fields of an event, by MISP's names. */
export type EventFieldErrors = Record<string, string[]>;

const ANALYSIS_WORDS: Readonly<Record<string, number>> = { Initial: 0, Ongoing: 1, Completed: 2 };
// A larger number of seconds would block every later edit; 2^33 is the year 2242.
const MAX_TIMESTAMP = 2 ** 33;

const readers: { [Field in keyof EventFields]-?: (value: unknown) => EventFields[Field] | null } = {
  uuid: readUuid,
  info: (value) => {
    const text = typeof value === 'number' ? String(value) : value;
    return typeof text === 'string' && text.trim() !== '' && text !== '0' ? text : null;
  },
  date: (value) => (typeof value === 'string' && isCalendarDate(value) ? value : null),
  threatLevelId: (value) => within(readInteger(value), 1, 4),
  analysis: (value) =>
    typeof value === 'string' && Object.hasOwn(ANALYSIS_WORDS, value)
      ? (ANALYSIS_WORDS[value] ?? null)
      : within(readInteger(value), 0, 2),
  distribution: (value) => within(readInteger(value), 0, 4),
  published: (value) => readBoolean(value) ?? null,
  timestamp: (value) => within(readInteger(value), 0, MAX_TIMESTAMP),
  disableCorrelation: (value) => readBoolean(value) ?? null,
  extendsUuid: readExtended,
  protected: (value) => readBoolean(value) ?? null,
};

const messages: { [Field in keyof EventFields]-?: { wire: string; message: string } } = {
  uuid: { wire: 'uuid', message: 'Please provide a valid RFC 4122 UUID' },
  info: { wire: 'info', message: 'valueNotEmpty' },
  date: { wire: 'date', message: 'Expected date format: YYYY-MM-DD' },
  threatLevelId: { wire: 'threat_level_id', message: 'Options : 1, 2, 3, 4 (for High, Medium, Low, Undefined)' },
  analysis: { wire: 'analysis', message: 'Options : 0, 1, 2 (for Initial, Ongoing, Completed)' },
  distribution: {
    wire: 'distribution',
    message: 'Options : Your organisation only, This community only, Connected communities, All communities',
  },
  published: { wire: 'published', message: 'Expected a boolean.' },
  timestamp: { wire: 'timestamp', message: 'Expected seconds since 1970.' },
  disableCorrelation: { wire: 'disable_correlation', message: 'Expected a boolean.' },
  extendsUuid: { wire: 'extends_uuid', message: 'Expected the uuid or id of an event.' },
  protected: { wire: 'protected', message: 'Expected a boolean or null.' },
};

/**
 * Reads the event's own fields from a MISP body. Null and absent are the same, except that info must be given
 * with `infoRequired`. Unknown keys are ignored.
 */
export function readEventFields(
  body: JsonObject,
  options: { infoRequired: boolean },
): { fields: EventFields; errors: EventFieldErrors | null } {
  const fields: Record<string, unknown> = {};
  const errors: EventFieldErrors = {};
  for (const field of Object.keys(readers) as (keyof EventFields)[]) {
    const { wire, message } = messages[field];
    const value = Object.hasOwn(body, wire) ? body[wire] : undefined;
    if (value === undefined || value === null || (value === '' && field !== 'info' && field !== 'extendsUuid')) {
      if (field === 'info' && options.infoRequired) errors[wire] = [message];
      continue;
    }
    const read = readers[field](value);
    if (read === null) errors[wire] = [message];
    else fields[field] = read;
  }
  return { fields, errors: Object.keys(errors).length > 0 ? errors : null };
}

/** The uuid or id of an event; an empty text, or 0, for none. */
function readExtended(value: unknown): string | null {
  if (value === '' || value === 0 || value === '0') return '';
  return readUuid(value) ?? (readId(value) === null ? null : String(value));
}

function within(value: number | null, low: number, high: number): number | null {
  return value !== null && value >= low && value <= high ? value : null;
}

/** True for an existing day in the form YYYY-MM-DD. */
function isCalendarDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
