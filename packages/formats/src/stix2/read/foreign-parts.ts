import { hashTypeOf } from '../facts/hashes.ts';
import { child, isJson, type Json, objects, table, text, texts } from '../json.ts';
import { type FoundPart, partsFromObserved, type TemplateFacts, valuesAt } from './object-parts.ts';
import type { Observed } from './observables-of.ts';

type Row = readonly [relation: string, path: string, type: string];

/**
 * What other producers say in an observable beside what MISP itself writes there, by MISP's template (misp-stix's
 * relations and types).
 */
const furtherRows: Readonly<Record<string, readonly Row[]>> = table({
  file: [['mimetype', 'mime_type', 'mime-type']],
  email: [['email-body', 'body', 'email-body']],
  software: [
    ['name', 'name', 'text'],
    ['cpe', 'cpe', 'cpe'],
    ['swid', 'swid', 'text'],
    ['vendor', 'vendor', 'text'],
    ['version', 'version', 'text'],
    ['language', 'languages', 'text'],
  ],
  'network-traffic': [
    ['src_port', 'src_port', 'port'],
    ['dst_port', 'dst_port', 'port'],
    ['src_bytes_count', 'src_byte_count', 'size-in-bytes'],
    ['dst_bytes_count', 'dst_byte_count', 'size-in-bytes'],
    ['src_packets', 'src_packets', 'counter'],
    ['dst_packets', 'dst_packets', 'counter'],
    ['start_time', 'start', 'datetime'],
    ['end_time', 'end', 'datetime'],
  ],
});

/** The parts of the object of a template that another producer's observable becomes; it is the first of `observed`. */
export function foreignParts(
  name: string,
  sco: Json,
  observed: Observed,
  facts: TemplateFacts | undefined,
  uuid: string,
): FoundPart[] {
  const further = (furtherRows[name] ?? []).flatMap(([relation, path, type]) =>
    valuesAt(sco, path).map((value): FoundPart => ({ relation, value, type })),
  );
  switch (name) {
    case 'domain-ip':
      return domainParts(sco, observed);
    case 'network-traffic':
      return [...trafficParts(sco, observed), ...further];
    case 'software':
      return further;
    case 'artifact':
      return artifactParts(sco, uuid);
  }
  const known = [...partsFromObserved(name, observed, facts), ...further];
  if (name === 'email') return [...known, ...displayNames(sco, observed)];
  return name === 'file' ? [...known, ...furtherHashes(sco, known)] : known;
}

function domainParts(sco: Json, { get }: Observed): FoundPart[] {
  const addresses = texts(sco, 'resolves_to_refs').flatMap((id) => {
    const target = get(id);
    if (target === undefined) return [];
    const isName = target.type === 'domain-name';
    const value = text(target, 'value');
    return [isName ? { relation: 'domain', value, type: 'domain' } : { relation: 'ip', value, type: 'ip-dst' }];
  });
  return [{ relation: 'domain', value: text(sco, 'value'), type: 'domain' }, ...addresses];
}

const ends: Readonly<Record<string, readonly [relation: string, type: string]>> = table({
  'ipv4-addr': ['ip', 'ip-dst'],
  'ipv6-addr': ['ip', 'ip-dst'],
  'domain-name': ['hostname', 'hostname'],
  'mac-addr': ['mac', 'mac-address'],
});

function trafficParts(sco: Json, { get }: Observed): FoundPart[] {
  const sides = ['src', 'dst'].flatMap((side) => {
    const target = get(sco[`${side}_ref`]);
    const end = target === undefined ? undefined : ends[text(target, 'type')];
    if (target === undefined || end === undefined) return [];
    return [{ relation: `${side}_${end[0]}`, value: text(target, 'value'), type: end[1] }];
  });
  const protocols = texts(sco, 'protocols').map((name) => ({
    relation: 'protocol',
    value: name.toUpperCase(),
    type: 'text',
  }));
  return [...sides, ...protocols];
}

/** The content of an artifact is a file of no name; misp-stix calls it by a uuid. */
function artifactParts(sco: Json, uuid: string): FoundPart[] {
  const hashes = Object.entries(child(sco, 'hashes')).flatMap(([key, value]): FoundPart[] => {
    const relation = hashTypeOf(key);
    return relation === null || typeof value !== 'string' ? [] : [{ relation, value }];
  });
  const rows: readonly Row[] = [
    ['mime_type', 'mime_type', 'mime-type'],
    ['url', 'url', 'url'],
    ['encryption_algorithm', 'encryption_algorithm', 'text'],
    ['decryption_key', 'decryption_key', 'text'],
  ];
  const said = rows.flatMap(([relation, path, type]) =>
    valuesAt(sco, path).map((value): FoundPart => ({ relation, value, type })),
  );
  const data = text(sco, 'payload_bin');
  const content: FoundPart[] = data === '' ? [] : [{ relation: 'payload_bin', value: uuid, type: 'attachment', data }];
  return [...content, ...hashes, ...said];
}

const mailboxes: readonly (readonly [relation: string, ref: string, type: string])[] = [
  ['from-display-name', 'from_ref', 'email-src-display-name'],
  ['to-display-name', 'to_refs', 'email-dst-display-name'],
  ['cc-display-name', 'cc_refs', 'email-dst-display-name'],
  ['bcc-display-name', 'bcc_refs', 'email-dst-display-name'],
];

function displayNames(sco: Json, { get }: Observed): FoundPart[] {
  return mailboxes.flatMap(([relation, ref, type]) =>
    texts(sco, ref).flatMap((id) => {
      const target = get(id);
      const value = target === undefined ? '' : text(target, 'display_name');
      return value === '' ? [] : [{ relation, value, type }];
    }),
  );
}

function furtherHashes(sco: Json, known: readonly FoundPart[]): FoundPart[] {
  const told = new Set(known.map(({ value }) => value));
  return Object.entries(isJson(sco.hashes) ? sco.hashes : {}).flatMap(([key, value]) => {
    const relation = hashTypeOf(key);
    return relation === null || typeof value !== 'string' || told.has(value) ? [] : [{ relation, value }];
  });
}

/** What an organisation says of itself beside what MISP's own writer tells of one. */
export function organisationParts(object: Json): FoundPart[] {
  return [
    ...texts(object, 'sectors').map((value) => ({ relation: 'sector', value, type: 'text' })),
    ...texts(object, 'contact_information').map((value) => ({ relation: 'contact_information', value, type: 'text' })),
    ...objects(object, 'external_references')
      .map((reference) => text(reference, 'url'))
      .filter((value) => value !== '')
      .map((value) => ({ relation: 'link', value, type: 'link' })),
  ];
}
