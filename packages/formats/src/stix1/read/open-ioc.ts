import { readOpenIoc } from '../../openioc/read-openioc.ts';
import { parseXmlText, type XmlElement } from '../../read/parse-xml.ts';
import { DocumentRefused, type NotTaken } from '../../read/reading.ts';
import { isJson, type Json } from '../../stix2/json.ts';

/** What an OpenIOC document within STIX gives. */
export interface EmbeddedIoc {
  readonly attributes: readonly Json[];
  readonly notTaken: readonly NotTaken[];
}

/** Reads OpenIOC out of a test mechanism: parsed as the rest of the XML, or as text in the JSON of python-stix. */
export function readEmbeddedIoc(ioc: unknown): EmbeddedIoc {
  const attributes: Json[] = [];
  const notTaken: NotTaken[] = [];
  try {
    const root = typeof ioc === 'string' ? parseXmlText(ioc) : elementOf('ioc', ioc);
    for (const found of readOpenIoc(root, 'STIX')) {
      if (found.kind === 'not taken') notTaken.push({ path: found.path, reason: found.reason });
      else attributes.push(...itemsIn(found.event.Attribute));
    }
  } catch (error) {
    if (!(error instanceof DocumentRefused)) throw error;
    notTaken.push({ path: 'ioc', reason: error.message });
  }
  return { attributes, notTaken };
}

/** Without what the document says of itself: the indicator around it says the same. */
function itemsIn(list: unknown): Json[] {
  return Array.isArray(list) ? list.filter(isJson).filter(({ category }) => category !== 'Internal reference') : [];
}

/** Names that the parser of STIX has put into lower case. */
const names: ReadonlyMap<string, string> = new Map([
  ['indicator', 'Indicator'],
  ['indicatoritem', 'IndicatorItem'],
  ['context', 'Context'],
  ['content', 'Content'],
]);

/** Members of JSON as the element that they were; plain texts may have been attributes or elements, and are both. */
function elementOf(name: string, value: unknown): XmlElement {
  if (!isJson(value)) return { name, attributes: {}, children: [], text: typeof value === 'string' ? value : '' };
  const attributes: Record<string, string> = Object.create(null);
  const children: XmlElement[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (typeof member === 'string') attributes[key] = member;
    for (const item of Array.isArray(member) ? member : [member]) {
      children.push(elementOf(names.get(key) ?? key, item));
    }
  }
  return { name, attributes, children, text: typeof value.value === 'string' ? value.value : '' };
}
