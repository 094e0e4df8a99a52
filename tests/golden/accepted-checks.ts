import type { DialectDifferences } from './stix-dialects.ts';

/** Whether XML begins with the same elements in the same order; the recording holds its beginning alone. */
export function hasSameElements(recorded: unknown, answered: unknown): boolean {
  const tags = (text: unknown) => String(text).match(/<\/?[\w-]+\/?>/g) ?? [];
  const expected = tags(recorded);
  return expected.length > 20 && expected.join('') === tags(answered).slice(0, expected.length).join('');
}

/** True where two dialects of STIX tell the same. */
export function isNothing({ recorded, answered }: DialectDifferences): boolean {
  return recorded.length === 0 && answered.length === 0;
}

/** The names of the listed decaying models, sorted. */
export function modelNames(body: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(body) ? body : [];
  return list.map((item) => JSON.stringify(item).match(/"name":"[^"]*"/)?.[0] ?? '').sort();
}

/** The texts of a page and where they lead, in order; the recording holds its beginning alone, perhaps half a tag. */
export function textsOfPage(page: unknown): string {
  const parts = String(page)
    .replace(/<[^>]*$/, '')
    .matchAll(/<(?:a|span)[^>]*? href="([^"]*)"[^>]*>|<[^>]*>|([^<]+)/g);
  return [...parts]
    .flatMap(([, link, text]) => [link ?? '', text?.trim() ?? ''])
    .filter((each) => each !== '')
    .join('\n');
}

/** The lines of a text, in whatever order they came. */
export function sortedLines(text: unknown): string {
  return String(text).split('\n').sort().join('\n');
}

/** Whether an answer that was recorded escaped for HTML says the same of how it went. */
export function saysTheSame(recorded: unknown, answered: unknown): boolean {
  const read: unknown = JSON.parse(String(recorded).replaceAll('&quot;', '"'));
  const verdict = (value: unknown) =>
    ['saved', 'success', 'name', 'message'].map((name) => Reflect.get(Object(value), name));
  return JSON.stringify(verdict(read)) === JSON.stringify(verdict(answered));
}

/** True for counts of types by organisation: texts, which add up to the total. */
export function areTypeCounts(body: unknown): boolean {
  const items: readonly unknown[] = Array.isArray(body) ? body : [];
  const first: unknown = Reflect.get(Object(items[0]), 'org_name');
  return (
    first === 'All organisations' &&
    items.every((item) => {
      const counts = Object.values(Object(Reflect.get(Object(item), 'data')));
      const total = counts.reduce<number>((sum, count) => sum + Number(count), 0);
      return counts.every((count) => typeof count === 'string') && Reflect.get(Object(item), 'total') === total;
    })
  );
}

/** Whether the event stored is the same in either form. */
export function sharedEvent(recorded: unknown, answered: unknown): boolean {
  const told = (body: unknown) => {
    const event: unknown = Reflect.get(Object(body), 'Event');
    return ['uuid', 'info', 'attribute_count', 'orgc_id'].map((name) => Reflect.get(Object(event), name));
  };
  return JSON.stringify(told(recorded)) === JSON.stringify(told(answered));
}

/** True for a list of background jobs, each with all of MISP's fields. */
export function areJobs(body: unknown): boolean {
  const fields = 'id worker job_type job_input status retries message progress org_id process_id'.split(' ');
  return Array.isArray(body) && body.every(({ Job: job }) => fields.every((field) => typeof job?.[field] === 'string'));
}

/** An answer without the tags in it. */
export function withoutTags(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (name, value) => (name === 'Tag' ? undefined : value)));
}

/** Whether every entry of an audit log has the fields that all recorded ones have. */
export function haveFieldsOf(recorded: unknown, answered: unknown): boolean {
  const entries = (body: unknown) =>
    (Array.isArray(body) ? body : [body]).map((item) => Object.keys(Object(Object(item).AuditLog)));
  const [first = [], ...others] = entries(recorded);
  const names = first.filter((name) => others.every((fields) => fields.includes(name)));
  return names.length > 5 && entries(answered).every((fields) => names.every((name) => fields.includes(name)));
}

/** True for a list of entries of the log, each with all of MISP's fields. */
export function areLogEntries(body: unknown): boolean {
  const fields = 'id title created model model_id action user_id change email org description ip'.split(' ');
  return Array.isArray(body) && body.every((entry) => fields.every((field) => typeof entry?.Log?.[field] === 'string'));
}

/** A zone without the date of its serial number. */
export function withoutSerial(zone: unknown): string {
  return String(zone).replace(/\(\d{10} /, '( ');
}
