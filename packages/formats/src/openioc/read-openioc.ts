import { childOf, childText, type XmlElement } from '../read/parse-xml.ts';
import { DocumentRefused, type Found, type JsonObject, notTaken } from '../read/reading.ts';
import { attributeOfGroup, type IocItem, leftOutOf } from './combine-items.ts';

/** As many combinations of one indicator are made; MISP's bound. */
const MOST_COMBINATIONS = 10_000;
/** Of combinations that make no attribute, as many are told one by one. */
const TOLD_COMBINATIONS = 1_000;

/** The documents: `ioc` of version 1.0, `OpenIOC` of 1.1, alone or several in `iocs`. */
function documentsIn(root: XmlElement): readonly XmlElement[] {
  if (/^(ioc|OpenIOC)$/.test(root.name)) return [root];
  return root.name === 'iocs' ? root.children.filter(({ name }) => /^(ioc|OpenIOC)$/.test(name)) : [];
}

/**
 * OpenIOC 1.0 and 1.1 (Mandiant) as events, by MISP's mapping of search terms. What holds together (AND) becomes one
 * attribute where MISP has one for it and is left out otherwise; alternatives (OR) become attributes each.
 * Throws `DocumentRefused` for other XML.
 */
export function* readOpenIoc(root: XmlElement, fileName: string): Generator<Found> {
  const documents = documentsIn(root);
  if (documents.length === 0) throw new DocumentRefused('The XML is no OpenIOC document.');
  for (const document of documents) yield* readIoc(document, fileName);
}

function* readIoc(ioc: XmlElement, fileName: string): Generator<Found> {
  const metadata = childOf(ioc, 'metadata') ?? ioc;
  const description = childText(metadata, 'short_description');
  const used = new Set<string>();
  const attributes: JsonObject[] = describe(ioc, metadata);
  const criteria = childOf(ioc, 'definition') ?? childOf(ioc, 'criteria');
  for (const indicator of criteria?.children.filter(({ name }) => name === 'Indicator') ?? []) {
    const groups = groupsOf(indicator, { combinations: MOST_COMBINATIONS });
    if (groups === null) {
      yield notTaken(pathOf(indicator), `It stands for more than ${MOST_COMBINATIONS} combinations.`);
      continue;
    }
    let failed = 0;
    let lost = 0;
    for (const group of groups) {
      const attribute = attributeOfGroup(group);
      if (attribute === null) {
        failed += 1;
        if (failed <= TOLD_COMBINATIONS) yield notTaken(pathOf(indicator), whyNot(group));
        continue;
      }
      attributes.push(withOrigin(attribute, fileName, used));
      for (const { search, content } of leftOutOf(group)) {
        lost += 1;
        if (lost <= TOLD_COMBINATIONS) {
          yield notTaken(pathOf(indicator), `No attribute holds it with the rest: ${search}: ${content.slice(0, 100)}`);
        }
      }
    }
    if (failed > TOLD_COMBINATIONS) {
      yield notTaken(pathOf(indicator), `${failed - TOLD_COMBINATIONS} more combinations make no attribute.`);
    }
  }
  yield { kind: 'event', event: { info: description || fileName, Attribute: attributes } };
}

/** What the document says of itself, as comments. */
function describe(ioc: XmlElement, metadata: XmlElement): JsonObject[] {
  const facts: [string, string][] = [
    ['OpenIOC info', childText(metadata, 'short_description')],
    ['OpenIOC uuid', ioc.attributes.id ?? ''],
    ['OpenIOC date', childText(metadata, 'authored_date')],
    ['OpenIOC description', childText(metadata, 'description')],
  ];
  return facts.flatMap(([comment, value]) =>
    value === '' ? [] : [{ category: 'Internal reference', type: 'comment', value, comment, to_ids: false }],
  );
}

/**
 * The sets of items any of which fulfils the indicator; null when there are too many: what ANDs multiply is taken from
 * `left`. An OR adds the sets of its parts, an AND multiplies them.
 */
function groupsOf(element: XmlElement, left: { combinations: number }): (readonly IocItem[])[] | null {
  if (element.name === 'IndicatorItem') return [[readItem(element)]];
  const parts = element.children.filter(({ name }) => name === 'Indicator' || name === 'IndicatorItem');
  const isAll = (element.attributes.operator ?? 'OR').toUpperCase() === 'AND';
  let groups: (readonly IocItem[])[] = isAll && parts.length > 0 ? [[]] : [];
  for (const part of parts) {
    const own = groupsOf(part, left);
    if (own === null) return null;
    if (!isAll) {
      for (const group of own) groups.push(group);
      continue;
    }
    const product = groups.length * own.length;
    // One item more in each set multiplies nothing.
    if (own.length > 1) left.combinations -= product;
    if (left.combinations < 0) return null;
    groups = groups.flatMap((known) => own.map((more) => [...known, ...more]));
  }
  return groups;
}

function readItem(element: XmlElement): IocItem {
  const content = childOf(element, 'Content');
  return {
    uuid: element.attributes.id ?? '',
    search: childOf(element, 'Context')?.attributes.search ?? '',
    contentType: content?.attributes.type ?? '',
    content: content?.text.trim() ?? '',
    condition: element.attributes.condition ?? 'is',
    negated: element.attributes.negate === 'true',
  };
}

function withOrigin({ uuid, ...attribute }: JsonObject, fileName: string, used: Set<string>): JsonObject {
  const id = typeof uuid === 'string' ? uuid.toLowerCase() : '';
  const origin = `OpenIOC import from file ${fileName}${id === '' ? '' : ` Original UUID: ${id}`}`;
  // The items of an AND of alternatives are in several attributes; the first one has the uuid.
  const isFree = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) && !used.has(id);
  if (isFree) used.add(id);
  return { ...attribute, comment: origin, ...(isFree ? { uuid: id } : {}) };
}

function pathOf(indicator: XmlElement): string {
  return `Indicator ${indicator.attributes.id ?? ''}`.trim();
}

function whyNot(group: readonly IocItem[]): string {
  const terms = group.slice(0, 10).map(({ search, content }) => `${search}: ${content.slice(0, 100)}`);
  const what = terms.join(' AND ');
  return group.length === 1 ? `It means nothing on its own: ${what}` : `No attribute holds this together: ${what}`;
}
