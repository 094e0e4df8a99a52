import { addressType, type StixVersion } from '../facts/attribute-shapes.ts';
import { hashNames, hashPath } from '../facts/hashes.ts';
import { namedEnds, patternOnly, type Reference, type Template } from '../facts/templates.ts';
import { isJson, type Json } from '../json.ts';
import { equals, pathStep } from '../patterns.ts';
import { addCustom, customName, formed, type Part, place, placeHash } from './member-values.ts';
import { specialMembers } from './special-members.ts';

/** An object of MISP as cyber observables, the main one first. */
export interface Observables {
  readonly scos: Json[];
  /** What stands between the brackets of a pattern; '' without anything to detect. */
  readonly pattern: string;
}

/** What is put together while the parts of an object are looked at one by one. */
export interface Building {
  readonly name: string;
  readonly version: StixVersion;
  readonly main: Json;
  readonly others: Json[];
  readonly comparisons: string[];
  /** Indexes of what was counted in patterns, by property. */
  readonly counts: Map<string, number>;
}

/** Writes the parts of an object by its template; null where an observable would lack what STIX requires of it. */
export function buildObservables(
  name: string,
  template: Template,
  uuid: string,
  parts: readonly Part[],
  version: StixVersion,
): Observables | null {
  const building: Building = {
    name,
    version,
    main: { type: template.sco, id: `${template.sco}--${uuid}` },
    others: [],
    comparisons: [],
    counts: new Map(),
  };
  const special = specialMembers(name);
  for (const part of parts) {
    if (special?.take(building, part)) continue;
    addPart(building, template, part);
  }
  special?.finish(building, parts);
  finishTraffic(building);
  finishArtifact(building.main);
  Object.assign(building.main, template.fixed);
  if (!isComplete(building.main)) return null;
  const { comparisons } = building;
  if (comparisons.length > 0 && template.fixedPattern !== undefined) comparisons.unshift(template.fixedPattern);
  const pattern = comparisons.join(' AND ');
  const isOld = version === '2.0' && template.sco === 'process';
  return {
    scos: [building.main, ...building.others],
    pattern: isOld ? pattern.replaceAll('image_ref.name', 'binary_ref.name') : pattern,
  };
}

function addPart(building: Building, template: Template, part: Part): void {
  const { main, version, comparisons } = building;
  const reference = template.references?.[part.relation];
  if (reference !== undefined) {
    addReference(building, reference, part);
    return;
  }
  const member = template.members[part.relation];
  if (member === undefined) {
    addUnnamed(building, template, part);
    return;
  }
  if (member.form === 'hash') {
    const names = hashNames[member.to];
    if (!placeHash(main, member.to, part.value, version)) addCustom(main, part);
    if (part.toIds && names) comparisons.push(equals(hashPath(template.sco, names), part.value));
    return;
  }
  const formedValue = formed(part, member.form);
  const isProtocol = member.to === 'protocols' && typeof formedValue === 'string';
  const value = isProtocol ? formedValue.toLowerCase() : formedValue;
  if (value === undefined || !place(main, member.to, value, member.form)) addCustom(ownPlace(building), part);
  if (part.toIds && member.pattern !== null) {
    comparisons.push(equals(member.pattern, member.form === 'data' ? part.data : part.value));
  }
}

/** Where properties of MISP's own go: those of an executable into its extension. */
function ownPlace({ name, main }: Building): Json {
  return name === 'pe' ? extensionOf(main, 'windows-pebinary-ext') : main;
}

function addUnnamed(building: Building, template: Template, part: Part): void {
  addCustom(ownPlace(building), part);
  if (!part.toIds) return;
  const end = namedEnds[building.name]?.[part.relation];
  if (end !== undefined) {
    const type = part.relation.startsWith('ip') ? addressType(part.value) : 'domain-name';
    building.comparisons.push(sideComparison(`network-traffic:${end}_ref`, type, part.value));
    return;
  }
  const known = patternOnly[building.name]?.[part.relation];
  const prefix = building.name === 'pe' ? "file:extensions.'windows-pebinary-ext'." : `${template.sco}:`;
  const path = known === undefined ? prefix + pathStep(customName(part.relation)) : counted(building, known);
  building.comparisons.push(equals(path, part.value));
}

/** Replaces `[n]` in a path by the next index of that property. */
function counted(building: Building, path: string): string {
  if (!path.includes('[n]')) return path;
  const count = building.counts.get(path) ?? 0;
  building.counts.set(path, count + 1);
  return path.replace('[n]', `[${count}]`);
}

/** The two comparisons of a network address, in brackets. */
function sideComparison(ref: string, type: string, value: string): string {
  return `(${equals(`${ref}.type`, type)} AND ${equals(`${ref}.value`, value)})`;
}

function addReference(building: Building, reference: Reference, part: Part): void {
  const { main, others, comparisons } = building;
  const type = reference.sco === 'address' ? addressType(part.value) : reference.sco;
  const id = `${type}--${part.uuid}`;
  const isList = reference.ref.endsWith('[]');
  const property = isList ? reference.ref.slice(0, -2) : reference.ref;
  if (place(main, property, id, isList ? 'list' : 'text')) {
    others.push({ type, id, [reference.value]: part.value });
  } else {
    addCustom(main, part);
  }
  if (!part.toIds) return;
  const { path, side } = reference.pattern;
  comparisons.push(side ? sideComparison(path, type, part.value) : equals(counted(building, path), part.value));
}

/** An extension of an observable, made where it is missing. */
export function extensionOf(main: Json, name: string): Json {
  const extensions = isJson(main.extensions) ? main.extensions : {};
  main.extensions = extensions;
  const known = extensions[name];
  if (isJson(known)) return known;
  const made: Json = {};
  extensions[name] = made;
  return made;
}

/** A key without the algorithm it belongs to is not allowed (STIX 2.1, section 6.1). */
function finishArtifact(main: Json): void {
  if (main.type !== 'artifact' || main.decryption_key === undefined || main.encryption_algorithm !== undefined) return;
  main.x_misp_decryption_key = main.decryption_key;
  delete main.decryption_key;
}

/** STIX requires protocols of all traffic, and that traffic which has ended is not active. */
function finishTraffic({ main, name }: Building): void {
  if (main.type !== 'network-traffic') return;
  const given = Array.isArray(main.protocols) ? main.protocols.map((item) => String(item)) : [];
  if (name === 'ip-port') {
    const families = ['src_ref', 'dst_ref'].flatMap((side) => /^(ipv[46])-addr/.exec(String(main[side]))?.[1] ?? []);
    main.protocols = [...families, ...given];
  } else if (given.length === 0) main.protocols = name === 'http-request' ? ['tcp', 'http'] : ['tcp'];
  if (main.end !== undefined) main.is_active = false;
}

const required: Readonly<Record<string, readonly string[]>> = {
  'autonomous-system': ['number'],
  directory: ['path'],
  'domain-name': ['value'],
  file: ['hashes', 'name'],
  mutex: ['name'],
  'network-traffic': ['src_ref', 'dst_ref'],
  software: ['name'],
  url: ['value'],
};

/** Whether an observable has what STIX 2 requires of it: any one of the named properties. */
function isComplete(main: Json): boolean {
  const names = required[String(main.type)];
  if (names !== undefined) return names.some((name) => main[name] !== undefined);
  return Object.keys(main).length > 2;
}
