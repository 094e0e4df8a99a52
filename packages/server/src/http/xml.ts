/**
 * MISP's XML form of a JSON answer: root `<response>`, one element per key, lists repeat the element.
 * Names that XML does not allow are made safe with `_`.
 */
export function toXml(value: unknown): string {
  const body = isRecord(value) ? xmlElements(value) : element('item', value);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<response>${body}</response>\n`;
}

/** The elements of a record's members, without a root: for XML that is written piece by piece. */
export function xmlElements(record: Record<string, unknown>): string {
  return Object.entries(record)
    .map(([key, value]) => element(key, value))
    .join('');
}

function element(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => element(name, item)).join('');
  const tag = /^[A-Za-z_][\w.-]*$/.test(name) ? name : `_${name.replaceAll(/[^\w.-]/g, '_')}`;
  if (value === null || value === undefined || value === '') return `<${tag}/>`;
  return `<${tag}>${isRecord(value) ? xmlElements(value) : escapeXml(textOf(value))}</${tag}>`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

/** Escapes markup and drops the characters XML 1.0 (section 2.2) cannot hold. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
