import { type Json, objects, text } from '../../stix2/json.ts';
import {
  fileRelations,
  fill,
  objectTemplates,
  peRelations,
  sectionRelations,
  windowsAccount,
} from './object-templates.ts';
import { address, cyboxForm, domain, equals, hostname, port, wholeNumber } from './properties.ts';

/** A CybOX object with the file that is attached to it. */
export interface ObservedPart {
  /** Uuid of the part. */
  readonly uuid: string;
  /** Word in front of the uuid in the object's id. */
  readonly id: string;
  readonly properties: Json;
  readonly title?: string;
  readonly files?: readonly { readonly uuid: string; readonly properties: Json }[];
}

/** What a MISP object is in CybOX: one object, or several that were observed together. */
export interface ObjectForm {
  readonly parts: readonly ObservedPart[];
  readonly isComposition: boolean;
}

/** The objects that a `file` includes: the sections of its executable form. */
export interface Executable {
  readonly pe: Json;
  readonly sections: readonly Json[];
}

/** What a MISP object is in CybOX; a custom object for templates that CybOX has no place for. */
export function objectForm(object: Json, executable?: Executable): ObjectForm {
  const name = text(object, 'name');
  if (compositions.has(name)) return { parts: membersOf(object).map(memberPart), isComposition: true };
  if (name === 'file') return fileForm(object, executable);
  const { id, properties } = singleObject(object, name, executable);
  const uuid = text(object, 'uuid');
  return { parts: [{ uuid, id, properties, ...filesOf(object, properties) }], isComposition: false };
}

/** The members of an object that were not deleted. */
export function membersOf(object: Json): Json[] {
  return objects(object, 'Attribute').filter(({ deleted }) => deleted !== true);
}

function singleObject(object: Json, name: string, executable?: Executable): { id: string; properties: Json } {
  const members = membersOf(object);
  const properties: Json = {};
  if (name === 'credential') return { id: 'UserAccount', properties: credential(members) };
  const isWindows = members.some(
    (member) => text(member, 'object_relation') === 'account-type' && text(member, 'value').startsWith('windows'),
  );
  const template = name === 'user-account' && isWindows ? windowsAccount : ownTemplate(name);
  if (template === undefined) {
    const description = text(object, 'description');
    Object.assign(properties, { custom_name: name }, description === '' ? {} : { description });
    fill(properties, members, {});
    return { id: 'Custom', properties: { ...properties, 'xsi:type': 'CustomObjectType' } };
  }
  const kept = name === 'email' ? members.filter((member) => !isAttachedFile(member)) : strongestFirst(members);
  fill(properties, kept, template.relations);
  if (name === 'network-socket') {
    properties.is_listening ??= false;
    properties.is_blocking ??= false;
  }
  if (executable !== undefined) addSections(properties, executable.sections);
  return { id: template.type, properties: { ...properties, 'xsi:type': `${template.type}ObjectType` } };
}

const ranked = [
  ...['x509-fingerprint-sha256', 'x509-fingerprint-sha1', 'x509-fingerprint-md5'],
  ...['hostname-src', 'hostname-dst'],
];

/** A certificate has one fingerprint in CybOX, the strongest; a socket an address rather than a name. */
function strongestFirst(members: readonly Json[]): Json[] {
  const rank = (member: Json) => ranked.indexOf(text(member, 'object_relation'));
  return [...members].sort((a, b) => rank(a) - rank(b));
}

function ownTemplate(name: string) {
  return Object.hasOwn(objectTemplates, name) ? objectTemplates[name] : undefined;
}

/** Every password makes an authentication of its own; what tells of its kind goes with each. */
function credential(members: readonly Json[]): Json {
  const properties: Json = {};
  const told = (relation: string) =>
    members.filter((member) => text(member, 'object_relation') === relation).map((member) => text(member, 'value'));
  const [kind] = told('type');
  const [form] = told('format');
  const shared = {
    ...(kind === undefined ? {} : { authentication_type: kind }),
    ...(form === undefined ? {} : { structured_authentication_mechanism: { description: form } }),
  };
  const passwords = told('password');
  const made = passwords.map((value) => ({ ...shared, authentication_data: value }));
  if (made.length > 0) properties.authentication = made;
  else if (Object.keys(shared).length > 0) properties.authentication = [shared];
  let [seenType, seenFormat] = [false, false];
  const others = members.filter((member) => {
    const relation = text(member, 'object_relation');
    if (relation === 'password') return false;
    if (relation === 'type' && !seenType) {
      seenType = true;
      return false;
    }
    if (relation === 'format' && !seenFormat) {
      seenFormat = true;
      return false;
    }
    return true;
  });
  fill(properties, others, objectTemplates.credential?.relations ?? {});
  return { ...properties, 'xsi:type': 'UserAccountObjectType' };
}

/** Samples with their content stand beside the file. */
function fileForm(object: Json, executable?: Executable): ObjectForm {
  const members = membersOf(object);
  const hasContent = (member: Json) =>
    ['attachment', 'malware-sample'].includes(text(member, 'type')) && text(member, 'data') !== '';
  const artifacts = members.filter(hasContent).map((member): ObservedPart => {
    const form = cyboxForm(member);
    if (form.kind !== 'object') throw new Error('a file with content is one object');
    return {
      uuid: text(member, 'uuid'),
      id: form.id,
      properties: form.properties,
      ...(form.title === undefined ? {} : { title: form.title }),
    };
  });
  const properties: Json = {};
  fill(
    properties,
    members.filter((member) => !hasContent(member)),
    fileRelations,
  );
  if (executable !== undefined) {
    fill(properties, membersOf(executable.pe), peRelations);
    addSections(properties, executable.sections);
  }
  const type = executable === undefined ? 'File' : 'WindowsExecutableFile';
  const file: ObservedPart = {
    uuid: text(object, 'uuid'),
    id: type,
    properties: { ...properties, 'xsi:type': `${type}ObjectType` },
  };
  return { parts: [...artifacts, file], isComposition: artifacts.length > 0 };
}

function addSections(properties: Json, sections: readonly Json[]): void {
  const written = sections.map((section) => {
    const own: Json = {};
    fill(own, membersOf(section), sectionRelations);
    // A section has no place for custom properties: they go to the file's.
    const { custom_properties: others, ...rest } = own;
    return { rest, others: Array.isArray(others) ? others : [] };
  });
  if (written.length === 0) return;
  properties.sections = written.map(({ rest }) => rest);
  const others = written.flatMap((section) => section.others);
  if (others.length > 0) {
    const known = properties.custom_properties;
    properties.custom_properties = [...(Array.isArray(known) ? known : []), ...others];
  }
}

function isAttachedFile(member: Json): boolean {
  return text(member, 'object_relation') === 'attachment';
}

/** Files that came with a mail; the mail names them. */
function filesOf(object: Json, properties: Json): { files?: NonNullable<ObservedPart['files']> } {
  if (text(object, 'name') !== 'email') return {};
  const attached = membersOf(object).filter(isAttachedFile);
  if (attached.length === 0) return {};
  // Ids have a prefix, which is not known here.
  properties.attachments = attached.map((member) => ({ object_reference: `FileObject-${text(member, 'uuid')}` }));
  return {
    files: attached.map((member) => ({
      uuid: text(member, 'uuid'),
      properties: { file_name: equals(text(member, 'value')), 'xsi:type': 'FileObjectType' },
    })),
  };
}

/** Templates whose members are each an object of their own. */
const compositions: ReadonlySet<string> = new Set(['domain-ip', 'ip-port', 'url']);

function memberPart(member: Json): ObservedPart {
  const relation = text(member, 'object_relation');
  const value = text(member, 'value');
  const uuid = text(member, 'uuid');
  const known = memberObject(relation, value);
  if (known !== null) return { uuid, ...known };
  return {
    uuid,
    id: 'Custom',
    properties: { custom_properties: [{ value, name: relation }], 'xsi:type': 'CustomObjectType' },
  };
}

function memberObject(relation: string, value: string): { id: string; properties: Json } | null {
  const number = wholeNumber(value);
  switch (relation) {
    case 'domain':
      return { id: 'DomainName', properties: domain(value) };
    case 'hostname':
    case 'host':
      return { id: 'Hostname', properties: hostname(value) };
    case 'ip':
    case 'ip-dst':
      return { id: 'Address', properties: address(value, 'destination') };
    case 'ip-src':
      return { id: 'Address', properties: address(value, 'source') };
    case 'url':
      return { id: 'URI', properties: { value: equals(value), type: 'URL', 'xsi:type': 'URIObjectType' } };
    case 'port':
      return number === null ? null : { id: 'Port', properties: port(number) };
    case 'dst-port':
      return number === null ? null : { id: 'dstPort', properties: port(number) };
    case 'src-port':
      return number === null ? null : { id: 'srcPort', properties: port(number) };
    default:
      return null;
  }
}
