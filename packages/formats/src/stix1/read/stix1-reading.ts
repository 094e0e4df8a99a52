import type { Json } from '../../stix2/json.ts';
import type { NotTaken } from '../../stix2/read/bundle.ts';
import { tagsOf } from '../../stix2/read/labels.ts';
import type { FoundPart } from '../../stix2/read/object-parts.ts';
import { Reading, type ReadOptions } from '../../stix2/read/reading.ts';
import { secondsOfStamp } from '../../stix2/times.ts';
import { uuid5In } from '../ids.ts';
import { type Comparable, comparable, isNegated } from './conditions.ts';
import { largerObjects, readSections } from './larger-objects.ts';
import { type FoundValue, type Observed, readProperties } from './observed.ts';
import { itemsOf, jsonAt, objectsOf, plainText, typeOf, uuidOf } from './tree.ts';

/** What an element of the document says of what was observed in it. */
export interface Context {
  readonly uuid: string | null;
  readonly category: string;
  readonly comment: string;
  readonly toIds: boolean;
  readonly tags: readonly string[];
  readonly timestamp: string | null;
  /** Name of the MISP object that this is, where the document tells. */
  readonly objectName?: string;
  readonly metaCategory?: string;
  /** Id of the element that holds what has none itself. */
  readonly place?: string;
}

/** Observables in observables, at most. */
const MOST_NESTED = 20;
/** Members of an object that is read again, of which reading takes as long as reading one object. */
const MEMBERS_AT_ONCE = 16;

/** Puts together what is read of a STIX 1 document. */
export class Stix1Reading extends Reading {
  readonly notTaken: NotTaken[];
  /** Observables and CybOX objects that others name, by their ids. */
  readonly #named = new Map<string, Json>();
  readonly #comparables = new WeakMap<Json, Comparable>();
  readonly #uuids = new Set<string>();
  readonly #isOwn: boolean;

  /** @param isOwn MISP wrote the document */
  constructor(document: Json, options: ReadOptions, isOwn: boolean) {
    const notTaken: NotTaken[] = [];
    super({ id: '', version: '2.0', objects: new Map(), notTaken }, options, { document });
    this.notTaken = notTaken;
    this.#isOwn = isOwn;
  }

  /** How many elements were made. */
  get count(): number {
    return this.attributes.length + this.objects.length;
  }

  /** Notes that something has no place in MISP. */
  skip(id: string, reason: string): void {
    this.notTaken.push({ id: id || 'document', reason });
  }

  name(id: string, json: Json): void {
    if (id !== '' && !this.#named.has(id)) this.#named.set(id, json);
  }

  named(id: string): Json | undefined {
    return this.#named.get(id);
  }

  /** Reads an observable, whatever it is made of. */
  observable(sent: Json, context: Context, depth = 0): void {
    this.spend(1);
    const reference = plainText(sent.idref);
    const json = reference === '' ? sent : this.#named.get(reference);
    const id = plainText(sent.id) || reference || (context.place ?? '');
    if (json === undefined) {
      this.skip(id, 'It refers to an observable that the document does not hold.');
      return;
    }
    if (depth > MOST_NESTED) {
      this.skip(id, 'Its observables nest too deep.');
      return;
    }
    if (isNegated(json)) {
      this.skip(id, 'It tells what is not to be found.');
      return;
    }
    const composition = jsonAt(json, 'observable_composition');
    const members = objectsOf(composition, 'observables').concat(objectsOf(composition, 'observable'));
    if (members.length > 0) {
      this.#composition(json, members, context, depth);
      return;
    }
    const object = jsonAt(json, 'object');
    const own: Context = { ...context, uuid: context.uuid ?? uuidOf(json.id) };
    this.cyboxObject(object, own, plainText(json.title), id, depth);
  }

  #composition(json: Json, members: readonly Json[], context: Context, depth: number): void {
    const name = context.objectName ?? /:([A-Za-z0-9-]+)_ObservableComposition-/.exec(plainText(json.id))?.[1];
    if (name !== undefined && name !== 'file' && this.#asObject(json, name, members, context)) return;
    const pair = members.map((member) => (isNegated(member) ? null : this.#observed(jsonAt(member, 'object'))));
    const single = pair.flatMap((observed) => (observed?.kind === 'values' ? observed.values : []));
    const [first, second] = single;
    if (single.length === 2 && pair.length === 2 && first !== undefined && second !== undefined) {
      const isPair = first.type === 'domain' && /^ip-/.test(second.type) && name === undefined;
      if (isPair) {
        this.addValue({ type: 'domain|ip', value: `${first.value}|${second.value}` }, context);
        return;
      }
    }
    if (name === 'file' && this.#fileWithContent(json, members, context)) return;
    for (const member of members) {
      this.observable(member, { ...context, uuid: uuidOf(member.id) }, depth + 1);
    }
  }

  /** A file beside the samples that hold its content. */
  #fileWithContent(json: Json, members: readonly Json[], context: Context): boolean {
    const parts = members.flatMap((member): FoundPart[] => {
      const observed = this.#observed(jsonAt(member, 'object'));
      if (observed === null) return [];
      if (observed.kind === 'object') return observed.name === 'file' ? [...observed.parts] : [];
      const uuid = uuidOf(member.id);
      return observed.values.flatMap((value) => {
        const named = titled(value, plainText(member.title));
        if (named.data === undefined) return partsOfValue(named);
        return [{ relation: named.type, value: named.value, data: named.data, ...(uuid === null ? {} : { uuid }) }];
      });
    });
    const types = members.map((member) => typeOf(jsonAt(member, 'object', 'properties')));
    if (types.includes('WindowsExecutableFileObjectType')) return false;
    return this.addNamedObject('file', parts, { ...context, uuid: context.uuid ?? uuidOf(json.id) });
  }

  /** A composition whose members are the attributes of one object. */
  #asObject(json: Json, name: string, members: readonly Json[], context: Context): boolean {
    const parts = members.flatMap((member): FoundPart[] => {
      const object = jsonAt(member, 'object');
      const observed = this.#observed(object);
      const uuid = uuidOf(member.id);
      if (observed?.kind !== 'values') return [];
      return observed.values.map(({ type, value, data }) => ({
        relation: relationIn(name, type, plainText(object.id)),
        value,
        ...(uuid === null ? {} : { uuid }),
        ...(data === undefined ? {} : { data }),
      }));
    });
    return this.addNamedObject(name, parts, { ...context, uuid: context.uuid ?? uuidOf(json.id) });
  }

  #observed(object: Json): Observed | null {
    return readProperties(this.#comparable(jsonAt(object, 'properties')).properties, largerObjects);
  }

  /** Large objects that a document refers to again count for more than one. */
  #comparable(properties: Json): Comparable {
    const known = this.#comparables.get(properties);
    if (known !== undefined) {
      this.spend(Math.floor(known.size / MEMBERS_AT_ONCE));
      return known;
    }
    const found = comparable(properties);
    this.#comparables.set(properties, found);
    return found;
  }

  /** Reads a CybOX object with the objects that belong to it. */
  cyboxObject(sent: Json, context: Context, title: string, id: string, depth: number): void {
    this.spend(1);
    const reference = plainText(sent.idref);
    const object = reference === '' ? sent : (this.#named.get(reference) ?? {});
    const { properties, leftOut } = this.#comparable(jsonAt(object, 'properties'));
    for (const condition of leftOut) this.skip(id, `Values under the condition ${condition} have no place in MISP.`);
    const related = objectsOf(object, 'related_objects', 'related_object');
    if (Object.keys(properties).length > 0) {
      const observed = readProperties(properties, largerObjects);
      if (observed === null)
        this.skip(id, `CybOX objects of type ${typeOf(properties) || 'unknown'} have no place in MISP.`);
      else this.#add(observed, { properties, title, id, related }, context);
    } else if (related.length === 0) this.skip(id, 'It holds nothing that was observed.');
    if (depth > MOST_NESTED) return;
    const attached = attachmentsOf(properties);
    for (const one of related) {
      if (plainText(one.idref) !== '' || attached.has(plainText(one.id))) continue;
      const own = { ...context, uuid: uuidOf(one.id) };
      this.cyboxObject(one, withoutNames(own), '', plainText(one.id) || id, depth + 1);
    }
  }

  #add(
    observed: Observed,
    { properties, title, id, related }: { properties: Json; title: string; id: string; related: readonly Json[] },
    context: Context,
  ): void {
    const type = typeOf(properties);
    const files = type === 'EmailMessageObjectType' ? attachedFiles(properties, related) : [];
    if (
      observed.kind === 'values' &&
      observed.values.length > 0 &&
      (context.objectName !== undefined || files.length > 0)
    ) {
      const name = context.objectName ?? 'email';
      const own = observed.values.map((value) => titled(value, title)).flatMap(partsOfValue);
      const renamed = own.map((part) => ({ ...part, relation: relations[part.relation] ?? part.relation }));
      const attached = files.map((value) => ({ relation: 'attachment', value }));
      this.addNamedObject(name, [...renamed, ...attached], context);
      return;
    }
    if (observed.kind === 'values') {
      if (observed.values.length === 0 && files.length === 0) {
        this.skip(id, 'Its object holds no value.');
        return;
      }
      for (const value of observed.values)
        this.addValue(titled(value, title), { ...context, uuid: this.#once(context.uuid) });
      return;
    }
    const parts = [...observed.parts, ...files.map((value) => ({ relation: 'attachment', value }))];
    if (observed.name === 'email' && observed.parts.length === 0) {
      if (files.length === 0) {
        this.skip(id, 'Its object holds no value.');
        return;
      }
      for (const value of files) this.addValue({ type: 'email-attachment', value }, context);
      return;
    }
    if (type !== 'WindowsExecutableFileObjectType') {
      if (!this.addNamedObject(observed.name, parts, context)) this.skip(id, 'Its object holds no value.');
      return;
    }
    this.#executable(parts, properties, context, id);
  }

  /** A file, its executable form and its sections are an object each, one including the other. */
  #executable(parts: readonly FoundPart[], properties: Json, context: Context, id: string): void {
    const file = readProperties({ ...properties, 'xsi:type': 'FileObjectType', custom_properties: undefined }, {});
    const fileParts = file === null ? [] : file.kind === 'object' ? file.parts : file.values.flatMap(partsOfValue);
    const base = context.uuid ?? uuid5In(NAMESPACE, id);
    const sections = readSections(properties);
    const uuids = sections.map((_, index) => uuid5In(base, `section ${index}`));
    const peUuid = fileParts.length === 0 ? base : uuid5In(base, 'pe');
    const plain = withoutNames(context);
    if (fileParts.length > 0) this.addNamedObject('file', fileParts, { ...plain, uuid: base }, [peUuid]);
    const hasPe = this.addNamedObject('pe', parts, { ...plain, uuid: peUuid }, uuids);
    for (const [index, section] of sections.entries()) {
      this.addNamedObject('pe-section', section, { ...plain, uuid: uuids[index] ?? null });
    }
    if (fileParts.length === 0 && !hasPe) this.skip(id, 'Its object holds no value.');
  }

  #once(uuid: string | null): string | null {
    return uuid !== null && this.#uuids.has(uuid) ? null : uuid;
  }

  /** Adds an attribute; false when its type or value is none. */
  addValue({ type: found, value, data }: FoundValue, context: Context): void {
    // Links and URLs are the same in CybOX; MISP's own links are of this category.
    const type = this.#isOwn && found === 'url' && context.category === 'External analysis' ? 'link' : found;
    const known = this.options.categoryOf(type) === null ? 'other' : type;
    this.spend(context.tags.length);
    const uuid = this.#once(context.uuid);
    const attribute = this.attribute(known, value, {
      ...(uuid === null ? {} : { uuid }),
      ...(this.isCategory(context.category) ? { category: context.category } : {}),
      comment: known === type ? context.comment : [type, context.comment].filter((text) => text !== '').join(': '),
      to_ids: context.toIds,
      ...(context.timestamp === null ? {} : { timestamp: context.timestamp }),
      ...(data === undefined ? {} : { data }),
      ...tagsOf(context.tags),
    });
    if (attribute === null) return;
    if (uuid !== null) this.#uuids.add(uuid);
    this.attributes.push(attribute);
  }

  /** MISP's categories; what others call a relationship is none. */
  isCategory(category: string): boolean {
    return categories.has(category);
  }

  /** Adds an object; false when nothing of it was found. */
  addNamedObject(
    sentName: string,
    parts: readonly FoundPart[],
    context: Context,
    included: readonly string[] = [],
  ): boolean {
    const name = context.objectName ?? sentName;
    const uuid =
      this.#once(context.uuid) ?? uuid5In(NAMESPACE, `${name} ${JSON.stringify(parts)} ${this.objects.length}`);
    const detected = new Set(context.toIds ? parts.map(({ value }) => value) : []);
    const object = this.object(name, uuid, parts, {
      fields: {
        ...(context.metaCategory === undefined ? {} : { 'meta-category': context.metaCategory }),
        ...(context.comment === '' ? {} : { comment: context.comment }),
        ...(context.timestamp === null ? {} : { timestamp: context.timestamp }),
        ...(included.length === 0
          ? {}
          : {
              ObjectReference: included.map((referenced) => ({
                referenced_uuid: referenced,
                relationship_type: 'includes',
              })),
            }),
      },
      detected,
    });
    if (object === null) return false;
    if (context.tags.length > 0 && Array.isArray(object.Attribute)) {
      this.spend(context.tags.length * object.Attribute.length);
      for (const attribute of object.Attribute) Object.assign(attribute, tagsOf(context.tags));
    }
    this.#uuids.add(uuid);
    this.objects.push(object);
    return true;
  }
}

/** Namespace of uuids for what has none that MISP takes. */
const NAMESPACE = '76beed5f-7251-457e-8c2a-b45f7b589d3d';

const categories: ReadonlySet<string> = new Set([
  ...['Internal reference', 'Targeting data', 'Antivirus detection', 'Payload delivery', 'Artifacts dropped'],
  ...['Payload installation', 'Persistence mechanism', 'Network activity', 'Payload type', 'Attribution'],
  ...['External analysis', 'Financial fraud', 'Support Tool', 'Social network', 'Person', 'Other'],
]);

function withoutNames({ objectName: _name, metaCategory: _category, ...context }: Context): Context {
  return context;
}

function titled(value: FoundValue, title: string): FoundValue {
  if (value.data === undefined) return value;
  if (value.type === 'malware-sample') return { ...value, value: `${title || 'sample'}${value.value}` };
  return { ...value, value: title || 'attachment' };
}

/** Relations of objects whose name is not that of the attribute type. */
const relations: Readonly<Record<string, string>> = {
  'email-src': 'from',
  'email-dst': 'to',
  'email-reply-to': 'reply-to',
  'email-subject': 'subject',
  'email-x-mailer': 'x-mailer',
  'email-mime-boundary': 'mime-boundary',
  'email-message-id': 'message-id',
  'email-header': 'header',
  AS: 'asn',
  regkey: 'key',
  value: 'data',
  mutex: 'name',
  'whois-registrar': 'registrar',
  'whois-registrant-name': 'registrant-name',
  'whois-registrant-email': 'registrant-email',
  'whois-registrant-phone': 'registrant-phone',
  'whois-registrant-org': 'registrant-org',
};

function partsOfValue({ type, value, data }: FoundValue): FoundPart[] {
  const [first, second] = type.split('|');
  if (second === undefined || first === undefined) {
    return [{ relation: type, value, ...(data === undefined ? {} : { data }) }];
  }
  const at = value.indexOf('|');
  return [
    { relation: first, value: value.slice(0, at) },
    { relation: second, value: value.slice(at + 1) },
  ];
}

/** The relation of a member of an object whose members stand alone in CybOX. */
function relationIn(name: string, type: string, id: string): string {
  if (/:dstPort-/.test(id)) return 'dst-port';
  if (/:srcPort-/.test(id)) return 'src-port';
  if (type === 'ip-dst') return 'ip';
  if (type === 'hostname' && name === 'url') return 'host';
  return type === 'uri' ? 'url' : type;
}

/** Ids of the files that a mail names as its own. */
function attachmentsOf(properties: Json): ReadonlySet<string> {
  return new Set(objectsOf(properties, 'attachments', 'file').map((file) => plainText(file.object_reference)));
}

/** Names of the files that a mail contains. */
function attachedFiles(properties: Json, related: readonly Json[]): string[] {
  const attached = attachmentsOf(properties);
  return related
    .filter((one) => attached.has(plainText(one.id)))
    .flatMap((one) => itemsOf(jsonAt(one, 'properties'), 'file_name').map(plainText))
    .filter((value) => value !== '');
}

/** Epoch seconds of a timestamp, as MISP has them. */
export function timestampOf(json: Json): string | null {
  const seconds = secondsOfStamp(plainText(json.timestamp));
  return seconds === null || seconds < 0 ? null : String(seconds);
}
