/** What MISP's XML answers begin with. */
export const XML_START = '<?xml version="1.0" encoding="UTF-8"?>\n<response>';

/** What they end with. */
export const XML_END = '</response>\n';

/**
 * MISP's XML form of a JSON answer: root `<response>`, one element per key, lists repeat the element; `itemName` names
 * the elements of a list that is the whole answer. Names that XML does not allow are made safe with `_`.
 */
export function toXml(value: unknown, itemName = 'item'): string {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const body = isRecord(value) ? xmlElements(value) : items.map((item) => listItemXml(item, itemName)).join('');
  return XML_START + body + XML_END;
}

/** An element of a list that is the whole answer: wrapped rows (`{"Organisation":{…}}`) bring their own name. */
export function listItemXml(item: unknown, itemName: string): string {
  const isWrapped = isRecord(item) && Object.keys(item).length === 1 && Object.values(item).every(isRecord);
  return isWrapped ? xmlElements(item) : element(itemName, item);
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

/**
 * Escapes markup, and carriage returns, which readers would make line feeds of (XML 1.0, section 2.11); drops the
 * characters that XML 1.0 (section 2.2) cannot hold.
 */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#13;');
}
