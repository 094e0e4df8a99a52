import { hashTypeOf } from '../facts/hashes.ts';
import { templates } from '../facts/templates.ts';
import { uuid5 } from '../ids.ts';
import { child, type Json, objects, text, textOf } from '../json.ts';
import { customParts, type FoundPart, valuesAt } from './object-parts.ts';
import type { Observed } from './observables-of.ts';
import { append, type Reading } from './reading.ts';

const EXTENSION = 'windows-pebinary-ext';
const PREFIX = `extensions.${EXTENSION}.`;

const NO_VALUES: ReadonlySet<string> = new Set();

/**
 * Makes objects of what STIX keeps within a file: the executable (STIX 2.1, section 6.7.6) and its sections, which MISP
 * has beside the file, included by it. Their uuids are those that misp-stix makes, of `seed`, the STIX id of the file.
 * `detected` are the values that an indicator looks for.
 */
export function readExecutable(
  reading: Reading,
  { file, observed, seed }: { file: Json; observed: Observed; seed: string },
  detected: ReadonlySet<string> = NO_VALUES,
): void {
  const main = observed.list.find(({ type }) => type === 'file');
  const extension = main === undefined ? {} : child(child(main, 'extensions'), EXTENSION);
  if (main === undefined || Object.keys(extension).length === 0) return;
  const name = `${seed} - ${EXTENSION}`;
  const parts = executableParts(reading, main, extension);
  const executable = include(reading, file, { template: 'pe', name, parts, detected });
  if (executable === null) return;
  for (const [index, section] of objects(extension, 'sections').entries()) {
    include(reading, executable, {
      template: 'pe-section',
      name: `${name} - sections - ${index}`,
      parts: sectionParts(reading, section),
      detected,
    });
  }
}

/** An object that another includes; its uuid is made of `name`. */
interface IncludedObject {
  readonly template: string;
  readonly name: string;
  readonly parts: readonly FoundPart[];
  /** Values that an indicator looks for. */
  readonly detected: ReadonlySet<string>;
}

function include(reading: Reading, outer: Json, { template, name, parts, detected }: IncludedObject): Json | null {
  const uuid = uuid5(name);
  const { timestamp } = outer;
  const made = reading.object(template, uuid, parts, {
    fields: timestamp === undefined ? {} : { timestamp },
    detected,
  });
  if (made === null) return null;
  reading.objects.push(made);
  append(outer, 'ObjectReference', {
    uuid: uuid5(`${text(outer, 'uuid')} - includes - ${uuid}`),
    referenced_uuid: uuid,
    relationship_type: 'includes',
    comment: '',
  });
  return made;
}

function executableParts(reading: Reading, main: Json, extension: Json): FoundPart[] {
  const members = Object.entries(templates.pe?.members ?? {}).filter(([, { to }]) => to.startsWith(PREFIX));
  const parts = members.flatMap(([relation, { to }]) => valuesAt(main, to).map((value) => ({ relation, value })));
  return [...parts, ...customParts(extension, reading.options.templates?.('pe'))];
}

const sectionMembers: Readonly<Record<string, string>> = { name: 'name', entropy: 'entropy', size: 'size-in-bytes' };

function sectionParts(reading: Reading, section: Json): FoundPart[] {
  const named = Object.entries(sectionMembers).flatMap(([property, relation]) => {
    const value = textOf(section[property]);
    return value === '' ? [] : [{ relation, value }];
  });
  const hashes = Object.entries(child(section, 'hashes')).flatMap(([key, value]) => {
    const relation = hashTypeOf(key);
    return relation === null || typeof value !== 'string' ? [] : [{ relation, value }];
  });
  return [...named, ...hashes, ...customParts(section, reading.options.templates?.('pe-section'))];
}
