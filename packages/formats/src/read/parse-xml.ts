import { SaxesParser } from 'saxes';
import { DocumentRefused } from './reading.ts';

/** An element of an XML document; names without their prefixes. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, that of its children left out. */
  readonly text: string;
}

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const PIECE_LENGTH = 64 * 1024;
const MOST_DEPTH = 100;
const MOST_ELEMENTS = 5_000_000;

/**
 * Parses XML from outside (XML 1.0, namespaces left out of account). Document types are refused, and with them all
 * entities but the five of XML: nothing is ever loaded or expanded. Throws `DocumentRefused` for what is not well-formed,
 * nests more than 100 levels deep or has more than five million elements.
 */
export function parseXmlText(text: string): XmlElement {
  const open: OpenElement[] = [];
  let root: XmlElement | null = null;
  let elements = 0;
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw new DocumentRefused(`The file is not well-formed XML: ${error.message.slice(0, 200)}`);
  });
  parser.on('doctype', () => {
    throw new DocumentRefused('The file declares a document type; such XML is not read.');
  });
  parser.on('opentag', (tag) => {
    elements += 1;
    if (open.length >= MOST_DEPTH) throw new DocumentRefused(`The file nests more than ${MOST_DEPTH} levels deep.`);
    if (elements > MOST_ELEMENTS) throw new DocumentRefused('The file has too many elements.');
    const attributes: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(tag.attributes)) attributes[localName(name)] = value;
    open.push({ name: localName(tag.name), attributes, children: [], text: '' });
  });
  const takeText = (piece: string) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += piece;
  };
  parser.on('text', takeText);
  parser.on('cdata', takeText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (element === undefined) return;
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  });
  for (let start = 0; start < text.length; start += PIECE_LENGTH) parser.write(text.slice(start, start + PIECE_LENGTH));
  parser.close();
  if (root === null) throw new DocumentRefused('The file holds no XML element.');
  return root;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The first child of this name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The trimmed text of the first child of this name; '' where there is none. */
export function childText(element: XmlElement | undefined, name: string): string {
  return childOf(element, name)?.text.trim() ?? '';
}
