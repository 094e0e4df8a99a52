import { addressType } from '../facts/attribute-shapes.ts';
import { isJson, type Json } from '../json.ts';
import { equals } from '../patterns.ts';
import { addCustom, type Part, place, placeHash } from './member-values.ts';
import type { Building } from './observables.ts';

/** What a template does beyond its table. */
export interface SpecialMembers {
  /** Takes a part; false leaves it to the table. */
  take(building: Building, part: Part): boolean;
  finish(building: Building, parts: readonly Part[]): void;
}

/** The special treatment of a template's members, if it has any. */
export function specialMembers(template: string): SpecialMembers | undefined {
  return specials.get(template);
}

const nothing = (): void => {};

/** A file's content: the sample as an artifact of its own. */
const sampleContent: SpecialMembers = {
  take(building, part) {
    if (part.relation !== 'malware-sample' || part.data === '') return false;
    const { main, others, comparisons, version } = building;
    const id = `artifact--${part.uuid}`;
    if (!place(main, 'content_ref', id, 'text')) return false;
    const [name = '', md5 = ''] = part.value.split('|');
    const artifact: Json = {
      type: 'artifact',
      id,
      mime_type: 'application/zip',
      payload_bin: part.data,
      ...(version === '2.1' ? { encryption_algorithm: 'mime-type-indicated', decryption_key: 'infected' } : {}),
    };
    if (md5 !== '') placeHash(artifact, 'md5', md5, version);
    artifact.x_misp_filename = name;
    others.push(artifact);
    if (part.toIds) {
      const parts = [
        equals('file:content_ref.payload_bin', part.data),
        equals('file:content_ref.x_misp_filename', name),
        ...(md5 === '' ? [] : [equals('file:content_ref.hashes.MD5', md5)]),
      ];
      comparisons.push(`(${parts.join(' AND ')})`);
    }
    return true;
  },
  finish: nothing,
};

const file: SpecialMembers = {
  take(building, part) {
    if (sampleContent.take(building, part)) return true;
    if (part.relation !== 'attachment' || part.data === '') return false;
    addCustom(building.main, part);
    if (part.toIds) {
      building.comparisons.push(
        `(${equals('file:content_ref.payload_bin', part.data)} AND ${equals('file:content_ref.x_misp_filename', part.value)})`,
      );
    }
    return true;
  },
  finish: nothing,
};

/** A picture: its file and address on one artifact. */
const image: SpecialMembers = {
  take(building, part) {
    const { main, others, comparisons } = building;
    const isFile = part.relation === 'attachment' && part.data !== '';
    if (!isFile && part.relation !== 'url') return false;
    const known = others.find(({ type }) => type === 'artifact');
    if (isFile && known?.payload_bin !== undefined) return false;
    const artifact: Json = known ?? { type: 'artifact', id: `artifact--${part.uuid}` };
    if (known === undefined) {
      main.content_ref = artifact.id;
      others.push(artifact);
    }
    if (isFile) {
      const extension = /\.(png|jpeg|gif|bmp|webp|tiff|avif)$/i.exec(part.value)?.[1];
      if (extension !== undefined) artifact.mime_type = `image/${extension.toLowerCase()}`;
      artifact.payload_bin = part.data;
      artifact.x_misp_filename = part.value;
    } else addCustom(artifact, part);
    if (part.toIds) {
      comparisons.push(
        isFile
          ? `(${equals('file:content_ref.payload_bin', part.data)} AND ${equals('file:content_ref.x_misp_filename', part.value)})`
          : equals('file:content_ref.url', part.value),
      );
    }
    return true;
  },
  finish({ main, others }) {
    // An artifact needs its content or its address (STIX 2.1, section 6.1).
    for (const artifact of others) {
      if (artifact.payload_bin === undefined && artifact.type === 'artifact') {
        main.x_misp_url = artifact.x_misp_url;
        delete main.content_ref;
        others.splice(others.indexOf(artifact), 1);
      }
    }
  },
};

/** Attached files and screenshots of a message: parts of its body. */
const email: SpecialMembers = {
  take(building, part) {
    const isShot = part.relation === 'screenshot' && part.data !== '';
    const isFile = part.relation === 'attachment' || part.relation === 'attachment-filename';
    if (!isShot && !isFile) return false;
    const { main, others, comparisons } = building;
    const type = isShot ? 'artifact' : 'file';
    const kind = isShot ? 'screenshot' : 'attachment';
    const id = `${type}--${part.uuid}`;
    const bodies = Array.isArray(main.body_multipart) ? main.body_multipart : [];
    const index = bodies.length;
    bodies.push({ body_raw_ref: id, content_disposition: `${kind}; filename='${part.value}'` });
    main.body_multipart = bodies;
    others.push(
      isShot ? { type, id, payload_bin: part.data, x_misp_filename: part.value } : { type, id, name: part.value },
    );
    if (part.toIds) {
      const path = `email-message:body_multipart[${index}]`;
      comparisons.push(equals(`${path}.body_raw_ref.name`, part.value), equals(`${path}.content_disposition`, kind));
    }
    return true;
  },
  finish({ main }) {
    main.is_multipart = main.body_multipart !== undefined;
  },
};

/** The process that started this one, the ones it started, and their programs. */
const process: SpecialMembers = {
  take(building, part) {
    const { main, others, comparisons } = building;
    if (part.relation === 'child-pid' && /^\d{1,15}$/.test(part.value)) {
      const id = `process--${part.uuid}`;
      place(main, 'child_refs', id, 'list');
      others.push({ type: 'process', id, pid: Number(part.value) });
      if (part.toIds) comparisons.push(equals(`process:child_refs[${others.length - 1}].pid`, part.value));
      return true;
    }
    if (!part.relation.startsWith('parent-')) return false;
    if (part.relation === 'parent-pid' && !/^\d{1,15}$/.test(part.value)) return false;
    const property = { 'parent-pid': 'pid', 'parent-command-line': 'command_line' }[part.relation];
    const parent = parentOf(building, part);
    if (part.relation === 'parent-image') {
      const id = `file--${part.uuid}`;
      if (!place(parent, 'image_ref', id, 'text')) return false;
      others.push({ type: 'file', id, name: part.value });
      if (part.toIds) comparisons.push(equals('process:parent_ref.image_ref.name', part.value));
      return true;
    }
    const name = part.relation.slice('parent-'.length);
    if (property !== undefined) place(parent, property, property === 'pid' ? Number(part.value) : part.value, 'text');
    else addCustom(parent, { ...part, relation: name });
    if (part.toIds) {
      const step = property ?? `x_misp_${name.replaceAll('-', '_')}`;
      comparisons.push(equals(`process:parent_ref.${step}`, part.value));
    }
    return true;
  },
  finish({ main, others }, parts) {
    // The parent is named after its number, wherever that stands.
    const parent = others.find(({ id }) => id === main.parent_ref);
    const number = parts.find(({ relation }) => relation === 'parent-pid');
    if (parent === undefined || number === undefined) return;
    parent.id = `process--${number.uuid}`;
    main.parent_ref = parent.id;
  },
};

function parentOf({ main, others }: Building, part: Part): Json {
  const known = others.find(({ id }) => id === main.parent_ref);
  if (known !== undefined) return known;
  const parent: Json = { type: 'process', id: `process--${part.uuid}` };
  main.parent_ref = parent.id;
  others.push(parent);
  return parent;
}

/** Headers of requests have lists of values in STIX 2.1 (section 6.12.2). */
function listHeaders(main: Json): void {
  const request = isJson(main.extensions) ? main.extensions['http-request-ext'] : undefined;
  if (!isJson(request) || !isJson(request.request_header)) return;
  const headers = Object.entries(request.request_header);
  request.request_header = Object.fromEntries(headers.map(([name, value]) => [name, [value]]));
}

/** The host of a request is where it goes, unless an address says so. */
const httpRequest: SpecialMembers = {
  take: (_building, { relation }) => relation === 'host',
  finish({ main, others, comparisons, version }, parts) {
    if (version === '2.1') listHeaders(main);
    const [host, ...more] = parts.filter(({ relation }) => relation === 'host');
    if (host === undefined) return;
    for (const part of more) addCustom(main, part);
    const isAddress = /^[\d.]+$|:/.test(host.value);
    const type = isAddress ? addressType(host.value) : 'domain-name';
    const id = `${type}--${host.uuid}`;
    const target = main.dst_ref;
    if (target === undefined) main.dst_ref = id;
    const resolved = target === undefined || isAddress ? {} : { resolves_to_refs: [target] };
    others.push({ type, id, value: host.value, ...resolved });
    for (const { toIds, value } of [host, ...more]) {
      if (!toIds) continue;
      const path = 'network-traffic:dst_ref';
      comparisons.push(`(${equals(`${path}.type`, type)} AND ${equals(`${path}.value`, value)})`);
    }
  },
};

/** The systems that the two addresses belong to. */
const netflow: SpecialMembers = {
  take: (_building, { relation }) => relation === 'src-as' || relation === 'dst-as',
  finish({ main, others, comparisons }, parts) {
    for (const part of parts) {
      if (part.relation !== 'src-as' && part.relation !== 'dst-as') continue;
      const side = part.relation.slice(0, 3);
      const number = part.value.replace(/^AS/i, '');
      const address = others.find(({ id }) => id === main[`${side}_ref`]);
      if (address === undefined || !/^\d{1,10}$/.test(number)) {
        addCustom(main, part);
        continue;
      }
      const id = `autonomous-system--${part.uuid}`;
      place(address, 'belongs_to_refs', id, 'list');
      others.push({ type: 'autonomous-system', id, number: Number(number) });
      if (part.toIds) comparisons.push(equals(`network-traffic:${side}_ref.belongs_to_refs[0].number`, part.value));
    }
  },
};

const alternativeNames: Readonly<Record<string, string>> = {
  dns_names: 'DNS name',
  email: 'email',
  ip: 'IP',
  rid: 'RID',
  uri: 'URI',
};

/** The alternative names of a certificate's subject, in one text. */
const certificate: SpecialMembers = {
  take: (_building, { relation }) => alternativeNames[relation] !== undefined,
  finish({ main, comparisons }, parts) {
    const named = Object.entries(alternativeNames).flatMap(([relation, label]) =>
      parts.filter((part) => part.relation === relation).map((part) => ({ part, text: `${label}:${part.value}` })),
    );
    if (named.length === 0) return;
    const extensions = isJson(main.x509_v3_extensions) ? main.x509_v3_extensions : {};
    const joined = (of: typeof named) => of.map(({ text }) => text).join(',');
    main.x509_v3_extensions = { ...extensions, subject_alternative_name: joined(named) };
    const detected = named.filter(({ part }) => part.toIds);
    if (detected.length > 0) {
      comparisons.push(equals('x509-certificate:x509_v3_extensions.subject_alternative_name', joined(detected)));
    }
  },
};

/** An executable that no file object holds: its own name is the file's. */
const executable: SpecialMembers = {
  take: () => false,
  finish({ main }, parts) {
    const named = (relation: string) => parts.find((part) => part.relation === relation)?.value;
    main.name = named('original-filename') ?? named('internal-filename') ?? '';
  },
};

/** A host name is the domain where there is no other; an address stands for the destination where none is named. */
function standsIn(relation: string, missing: string, use: (building: Building, part: Part) => void): SpecialMembers {
  return {
    take: () => false,
    finish(building, parts) {
      if (parts.some((part) => part.relation === missing)) return;
      const part = parts.find((one) => one.relation === relation);
      if (part !== undefined) use(building, part);
    },
  };
}

const hostAsDomain = standsIn('hostname', 'domain', ({ main, comparisons }, part) => {
  main.value = part.value;
  dropCustom(main, 'x_misp_hostname', part.value);
  const at = comparisons.indexOf(equals('domain-name:x_misp_hostname', part.value));
  if (at >= 0) comparisons[at] = equals('domain-name:value', part.value);
});

/** A domain is named after its attribute, unless it holds more of the object than its own name and addresses. */
const domainIp: SpecialMembers = {
  take: () => false,
  finish(building, parts) {
    hostAsDomain.finish(building, parts);
    const { main } = building;
    if (Object.keys(main).some((key) => key.startsWith('x_misp_'))) return;
    const named = parts.find(({ relation, value }) => /^(?:domain|hostname)$/.test(relation) && value === main.value);
    if (named !== undefined) main.id = `domain-name--${named.uuid}`;
  },
};

const ipPort = standsIn('ip', 'ip-dst', ({ main, others }, part) => {
  const type = addressType(part.value);
  main.dst_ref = `${type}--${part.uuid}`;
  others.push({ type, id: main.dst_ref, value: part.value });
  dropCustom(main, 'x_misp_ip', part.value);
});

function dropCustom(main: Json, name: string, value: string): void {
  const known = main[name];
  const rest = Array.isArray(known) ? known.filter((item) => item !== value) : [];
  if (rest.length === 0) delete main[name];
  else main[name] = rest.length === 1 ? rest[0] : rest;
}

const specials = new Map<string, SpecialMembers>([
  ['domain-ip', domainIp],
  ['ip-port', ipPort],
  ['file', file],
  ['lnk', sampleContent],
  ['image', image],
  ['email', email],
  ['process', process],
  ['http-request', httpRequest],
  ['netflow', netflow],
  ['x509', certificate],
  ['pe', executable],
]);
