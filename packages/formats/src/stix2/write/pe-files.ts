import type { StixVersion } from '../facts/attribute-shapes.ts';
import { hashNames } from '../facts/hashes.ts';
import { templates } from '../facts/templates.ts';
import { isJson, type Json } from '../json.ts';
import { equals, pathStep } from '../patterns.ts';
import { addCustom, customName, formed, type Part, place, placeHash } from './member-values.ts';
import { buildObservables, extensionOf, type Observables } from './observables.ts';

/** The parts of an object and of what it includes. */
export interface PartTree {
  readonly name: string;
  readonly uuid: string;
  readonly parts: readonly Part[];
  readonly included: readonly PartTree[];
}

const EXTENSION = 'windows-pebinary-ext';
const PATH = `file:extensions.'${EXTENSION}'`;

/** A file with the executable and the sections that it includes, all in one observable; null as `buildObservables`. */
export function buildFile(tree: PartTree, version: StixVersion): Observables | null {
  const template = templates[tree.name];
  if (template === undefined) return null;
  const built = buildObservables(tree.name, template, tree.uuid, tree.parts, version);
  const [main] = built?.scos ?? [];
  if (built === null || main === undefined) return built;
  const comparisons = built.pattern === '' ? [] : [built.pattern];
  if (tree.name === 'pe') addSections(extensionOf(main, EXTENSION), tree.included, comparisons, version);
  else {
    for (const included of tree.included) {
      if (included.name === 'pe') addExecutable(main, included, comparisons, version);
      else addRegistryValue(main, included, comparisons);
    }
  }
  return { scos: built.scos, pattern: comparisons.join(' AND ') };
}

function addExecutable(main: Json, tree: PartTree, comparisons: string[], version: StixVersion): void {
  const extension = extensionOf(main, EXTENSION);
  const prefix = `extensions.${EXTENSION}.`;
  for (const part of tree.parts) {
    const member = templates.pe?.members[part.relation];
    const value = member && formed(part, member.form);
    if (member === undefined || value === undefined || !place(main, member.to, value, member.form)) {
      addCustom(extension, part);
    }
    if (part.toIds) {
      const name = member?.to.slice(prefix.length) ?? pathStep(customName(part.relation));
      comparisons.push(equals(`${PATH}.${name}`, part.value));
    }
  }
  // The extension may not be without it (STIX 2.1, section 6.7.6).
  extension.pe_type ??= 'exe';
  addSections(extension, tree.included, comparisons, version);
}

function addSections(extension: Json, trees: readonly PartTree[], comparisons: string[], version: StixVersion): void {
  for (const tree of trees) {
    const sections = Array.isArray(extension.sections) ? extension.sections : [];
    const section: Json = {};
    for (const part of tree.parts) {
      const path = `${PATH}.sections[${sections.length}]`;
      addSectionPart(section, part, version);
      if (!part.toIds) continue;
      const names = hashNames[part.relation];
      const step = names
        ? `hashes.${pathStep(names.pattern)}`
        : (sectionMember(part.relation) ?? customName(part.relation));
      comparisons.push(equals(`${path}.${step}`, part.value));
    }
    section.name ??= '';
    sections.push(section);
    extension.sections = sections;
  }
}

function sectionMember(relation: string): string | undefined {
  return { name: 'name', entropy: 'entropy', 'size-in-bytes': 'size' }[relation];
}

function addSectionPart(section: Json, part: Part, version: StixVersion): void {
  if (placeHash(section, part.relation, part.value, version)) return;
  const property = sectionMember(part.relation);
  const value = formed(part, property === 'size' ? 'integer' : property === 'entropy' ? 'float' : 'text');
  if (property === undefined || value === undefined || !place(section, property, value, 'text')) {
    addCustom(section, part);
  }
}

const keyMembers: Readonly<Record<string, string>> = { data: 'data', 'data-type': 'data_type', name: 'name' };

/** A value of a registry key, among those that the key's own relations make. */
function addRegistryValue(main: Json, tree: PartTree, comparisons: string[]): void {
  const values = Array.isArray(main.values) ? main.values.filter(isJson) : [];
  const value: Json = {};
  for (const part of tree.parts) {
    const property = keyMembers[part.relation];
    if (property === undefined || !place(value, property, part.value, 'text')) addCustom(value, part);
    if (part.toIds) {
      const path = `windows-registry-key:values[${values.length}].${property ?? customName(part.relation)}`;
      comparisons.push(equals(path, part.value));
    }
  }
  main.values = [...values, value];
}

/** Which objects an object of a template swallows when it refers to them by `includes` or the like. */
const swallowed: Readonly<Record<string, string>> = {
  file: 'pe',
  lnk: 'pe',
  pe: 'pe-section',
  'registry-key': 'registry-key-value',
};

/** Whether an object becomes a part of another that refers to it. */
export function isSwallowedBy(outer: string, inner: string): boolean {
  return swallowed[outer] === inner;
}

/** Whether objects of a template may be parts of others, or have such parts. */
export function mayBeFolded(name: string): boolean {
  return name in swallowed || Object.values(swallowed).includes(name);
}
