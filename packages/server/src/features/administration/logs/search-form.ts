const PAGE = 60;
const CONTAINED = ['title', 'change', 'email', 'org', 'ip'] as const;

/**
 * The filters of the log's index that say what the fields of MISP's form of search say: texts are found anywhere,
 * `ALL` is any, days count from their first to their last second. Newest first, 60 a page unless told.
 */
export function filtersOfForm(form: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { action, model, model_id, limit = PAGE, page } = form;
  const filters: Record<string, unknown> = { direction: 'desc', limit, page, model_id: chosen(model_id) };
  for (const name of CONTAINED) {
    const text = textOf(form[name]);
    if (text !== '') filters[name] = `%${text}%`;
  }
  return { ...filters, action: chosen(action), model: chosen(model), created: timesOf(form) };
}

function chosen(value: unknown): unknown {
  return typeof value === 'string' && /^(|all)$/i.test(value.trim()) ? undefined : value;
}

function timesOf(form: Readonly<Record<string, unknown>>): unknown {
  const from = momentOf(form.from, form.from_time, '00:00:00');
  const to = momentOf(form.to, form.to_time, '23:59:59');
  return to === null ? (from ?? undefined) : [from ?? '1970-01-01', to];
}

function momentOf(day: unknown, time: unknown, usual: string): string | null {
  const date = textOf(day);
  return date === '' ? null : `${date} ${textOf(time) || usual}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
