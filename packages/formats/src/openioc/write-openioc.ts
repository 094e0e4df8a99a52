import type { ExportAttribute } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';
import { escapeXml } from '../xml/escape.ts';
import { type IocTerm, iocCategories, iocTerms } from './mapping.ts';

/** The versions of OpenIOC that are written: MISP's own, and the later schema with `criteria`. */
export type OpenIocVersion = '1.0' | '1.1';

/** The head of a document. */
export interface OpenIocOptions {
  readonly version: OpenIocVersion;
  /** Uuids of the document and of its outermost indicator. */
  readonly id: string;
  readonly indicatorId: string;
  /** Name of the organisation that exports. */
  readonly author: string;
  /** Epoch seconds. */
  readonly now: number;
}

/**
 * Attributes as one OpenIOC document: any of its items is an indicator. Composite values are two items that must hold
 * together. Version 1.0 is http://schemas.mandiant.com/2010/ioc, 1.1 is http://openioc.org/schemas/OpenIOC_1.1.
 */
export function writeOpenIoc(
  batches: AsyncIterable<readonly ExportAttribute[]>,
  options: OpenIocOptions,
): AsyncGenerator<string> {
  if (options.version === '1.0') {
    return writeItems(batches, (attribute) => writeIndicator(attribute, '1.0')?.text ?? null, frame10(options));
  }
  return writeItems(batches, inSchemaOrder(), frame11(options));
}

/**
 * The schema of 1.1 has items before indicators, and values come in any order: a single item after the first pair gets
 * an indicator of its own. (1.0 keeps MISP's order, which its schema does not have either.)
 */
function inSchemaOrder(): (attribute: ExportAttribute) => string | null {
  let hasPair = false;
  return (attribute) => {
    const written = writeIndicator(attribute, '1.1');
    if (written === null) return null;
    hasPair ||= written.isPair;
    if (written.isPair || !hasPair) return written.text;
    const { text } = writeIndicator(attribute, '1.1', '        ') ?? written;
    return `      <Indicator operator="OR" id="${attribute.uuid}">\n${text}      </Indicator>\n`;
  };
}

function describe({ author, now }: OpenIocOptions, indent: string): string {
  const lines = [
    '<short_description>Filtered indicator list</short_description>',
    '<description>Filtered indicator list</description>',
    '<keywords />',
    `<authored_by>${escapeXml(author)}</authored_by>`,
    `<authored_date>${timeOf(now)}</authored_date>`,
    '<links />',
  ];
  return lines.map((line) => `${indent}${line}\n`).join('');
}

const NAMESPACES = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"';
const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n';

function frame10(options: OpenIocOptions) {
  const { id, indicatorId, now } = options;
  return {
    opening: `${DECLARATION}<ioc ${NAMESPACES} id="${id}" last-modified="${timeOf(now)}" xmlns="http://schemas.mandiant.com/2010/ioc">
${describe(options, '  ')}  <definition>
    <Indicator operator="OR" id="${indicatorId}">
`,
    closing: '    </Indicator>\n  </definition>\n</ioc>\n',
  };
}

function frame11(options: OpenIocOptions) {
  const { id, indicatorId, now } = options;
  const time = timeOf(now);
  return {
    opening: `${DECLARATION}<OpenIOC ${NAMESPACES} id="${id}" last-modified="${time}" published-date="${time}" xmlns="http://openioc.org/schemas/OpenIOC_1.1">
  <metadata>
${describe(options, '    ')}  </metadata>
  <criteria>
    <Indicator operator="OR" id="${indicatorId}">
`,
    closing: '    </Indicator>\n  </criteria>\n  <parameters />\n</OpenIOC>\n',
  };
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19);
}

/** What stands for an attribute; `isPair` for two items that must hold together. */
interface Written {
  readonly text: string;
  readonly isPair: boolean;
}

function writeIndicator(attribute: ExportAttribute, version: OpenIocVersion, indent = '      '): Written | null {
  const { type, category, toIds, uuid, value1, value2 } = attribute;
  const terms = iocTerms[type];
  if (terms === undefined || !toIds || !iocCategories.has(category)) return null;
  const [first, second] = terms;
  if (first === undefined) return null;
  if (second === undefined || value2 === '') {
    const value = value2 === '' ? value1 : `${value1}|${value2}`;
    return { text: writeItem(first, { uuid, value, indent, version }), isPair: false };
  }
  const items = [
    writeItem(first, { uuid, value: value1, indent: '        ', version }),
    writeItem(second, { uuid, value: value2, indent: '        ', version }),
  ];
  // MISP indents the opening tag of these by five spaces.
  return { text: `     <Indicator operator="AND" id="${uuid}">\n${items.join('')}      </Indicator>\n`, isPair: true };
}

function writeItem(
  [document, search, type]: IocTerm,
  { uuid, value, indent, version }: { uuid: string; value: string; indent: string; version: OpenIocVersion },
): string {
  const further = version === '1.1' ? ' preserve-case="false" negate="false"' : '';
  return `${indent}<IndicatorItem id="${uuid}" condition="is"${further}>
${indent}  <Context document="${document}" search="${search}" type="mir" />
${indent}  <Content type="${type}">${escapeXml(value)}</Content>
${indent}</IndicatorItem>
`;
}
