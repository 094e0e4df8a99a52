import { isJson, type Json, textOf } from '../../stix2/json.ts';
import { escapeXml, escapeXmlText } from '../../xml/escape.ts';
import { objectPrefixes } from '../facts/namespaces.ts';
import { objectShapes } from '../facts/object-shapes.ts';
import { impliedTypes, packageShapes } from '../facts/package-shapes.ts';
import type { Field } from '../facts/shape.ts';

/** Attributes that simple values have in XML; what JSON says beyond them are defaults of the schemas. */
const valueAttributes = ['xsi:type', 'condition', 'source', 'name'];

/** Shapes that are written even when they hold nothing. */
const EMPTY = 'Empty';

/** An element of a shape from its JSON form; '' when it holds nothing. */
export function writeXmlElement(name: string, value: unknown, shape?: string): string {
  if (Array.isArray(value)) return value.map((item) => writeXmlElement(name, item, shape)).join('');
  if (!isJson(value)) {
    const text = textOf(value);
    // A description with an ordinality and plain texts alike.
    return text === '' ? '' : `<${name}>${elementText(text)}</${name}>`;
  }
  if (shape === undefined) return simpleElement(name, value);
  if (shape === EMPTY) return `<${name}/>`;
  if (shape === 'Rule') return ruleElement(name, value);
  return shapedElement(name, value, shape);
}

function simpleElement(name: string, value: Json): string {
  let attributes = '';
  for (const key of valueAttributes) attributes += attribute(key, value[key]);
  if (value.precision !== undefined && value.precision !== 'second')
    attributes += attribute('precision', value.precision);
  if (value.structuring_format !== undefined) attributes += attribute('structuring_format', value.structuring_format);
  if (value.ordinality !== undefined) attributes += attribute('ordinality', value.ordinality);
  const text = textOf(value.value);
  return text === '' && attributes === '' ? '' : `<${name}${attributes}>${elementText(text)}</${name}>`;
}

/** Rules stand in a CDATA section, as other producers write them; one cannot hold its own end. */
function ruleElement(name: string, { value }: Json): string {
  const text = elementText(textOf(isJson(value) ? value.value : value));
  return `<${name}>${text}</${name}>`;
}

function shapedElement(name: string, value: Json, shape: string): string {
  const type = textOf(value['xsi:type']);
  const fields = fieldsOf(shape, type);
  let attributes = '';
  let children = '';
  for (const [key, element, childShape, item] of fields) {
    const member = value[key];
    if (member === undefined || member === null) continue;
    if (element.startsWith('@')) {
      attributes += attribute(element.slice(1), element === '@xsi:type' ? qualifiedType(type) : member);
    } else if (item === undefined) {
      children += writeXmlElement(element, member, childShape);
    } else {
      const items = writeXmlElement(item, member, childShape);
      if (items !== '') children += `<${element}>${items}</${element}>`;
    }
  }
  if (attributes === '' && children === '') return '';
  const implied = impliedTypes[shape];
  const typed = implied === undefined ? attributes : `${attributes} xsi:type="${implied}"`;
  return children === '' ? `<${name}${typed}/>` : `<${name}${typed}>${children}</${name}>`;
}

function fieldsOf(shape: string, type: string): readonly Field[] {
  const named = shape === 'Properties' ? type : shape;
  const fields = packageShapes[named] ?? objectShapes[named];
  if (fields === undefined) throw new Error(`no shape is named ${named}`);
  return fields;
}

function attribute(name: string, value: unknown): string {
  const text = textOf(value);
  return text === '' ? '' : ` ${name}="${escapeXml(text).replaceAll(/[\t\n\r]/g, (one) => `&#${one.charCodeAt(0)};`)}"`;
}

/** Text between tags; readers of XML make a line feed of a carriage return that stands as itself. */
function elementText(text: string): string {
  return escapeXmlText(text).replaceAll('\r', '&#13;');
}

function qualifiedType(type: string): string {
  const prefix = objectPrefixes[type];
  return prefix === undefined ? type : `${prefix}:${type}`;
}
