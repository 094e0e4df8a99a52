import type { Json } from '../../stix2/json.ts';
import type { FoundPart } from '../../stix2/read/object-parts.ts';
import { customParts, type FurtherReaders, type Observed, readHashes } from './observed.ts';
import { itemsOf, jsonAt, objectsOf, plainText, valuesOf } from './tree.ts';

/** A relation and the path to its value. */
type Row = readonly [relation: string, ...path: string[]];

function read(properties: Json, rows: readonly Row[]): FoundPart[] {
  return rows.flatMap(([relation, ...path]) => {
    const last = path.at(-1) ?? '';
    return valuesOf(jsonAt(properties, ...path.slice(0, -1))[last]).map((value) => ({ relation, value }));
  });
}

const object = (name: string, parts: readonly FoundPart[]): Observed => ({ kind: 'object', name, parts });

/** An object, or a single value where only one relation was found that is an attribute type too. */
function singleOr(name: string, parts: readonly FoundPart[], types: Readonly<Record<string, string>>): Observed {
  const [only] = parts;
  const type = only === undefined ? undefined : types[only.relation];
  if (parts.length === 1 && only !== undefined && type !== undefined) {
    return { kind: 'values', values: [{ type, value: only.value }] };
  }
  return object(name, parts);
}

const accountRows: readonly Row[] = [
  ['username', 'username'],
  ['display-name', 'full_name'],
  ['created', 'creation_date'],
  ['last_login', 'last_login'],
  ['home_dir', 'home_directory'],
  ['shell', 'script_path'],
  ['disabled', 'disabled'],
  ['user-id', 'security_id'],
];

function account(properties: Json): Observed {
  const authentications = objectsOf(properties, 'authentication');
  const isCredential = properties.description !== undefined || authentications.some(isNoPassword);
  if (isCredential) {
    return object('credential', [
      ...read(properties, [
        ['username', 'username'],
        ['text', 'description'],
      ]),
      ...authentications.flatMap((item) =>
        read(item, [
          ['password', 'authentication_data'],
          ['type', 'authentication_type'],
          ['format', 'structured_authentication_mechanism', 'description'],
        ]),
      ),
      ...customParts(properties),
    ]);
  }
  return object('user-account', [
    ...read(properties, accountRows),
    ...authentications.flatMap((item) => read(item, [['password', 'authentication_data']])),
    ...itemsOf(properties, 'group_list', 'group').flatMap((group) =>
      valuesOf(typeof group === 'object' && group !== null && 'name' in group ? group.name : group).map((value) => ({
        relation: 'group',
        value,
      })),
    ),
    ...customParts(properties),
  ]);
}

function isNoPassword(authentication: Json): boolean {
  return plainText(authentication.authentication_type) !== 'password';
}

const peRows: readonly Row[] = [
  ['type', 'type'],
  ['entrypoint-address', 'headers', 'optional_header', 'address_of_entry_point'],
  ['number-sections', 'headers', 'file_header', 'number_of_sections'],
];

const versionRows: readonly Row[] = [
  ['company-name', 'companyname'],
  ['file-description', 'filedescription'],
  ['file-version', 'fileversion'],
  ['internal-filename', 'internalname'],
  ['lang-id', 'langid'],
  ['legal-copyright', 'legalcopyright'],
  ['original-filename', 'originalfilename'],
  ['product-name', 'productname'],
  ['product-version', 'productversion'],
];

/** What hashes of a header are called in an executable, by their types. */
const headerHashes: ReadonlyMap<string, string> = new Map([
  ['md5', 'imphash'],
  ['sha1', 'pehash'],
  ['sha256', 'authentihash'],
]);

function executable(properties: Json): Observed {
  const resources = objectsOf(properties, 'resources', 'versioninforesource', 'resource');
  return object('pe', [
    ...read(properties, peRows),
    ...resources.flatMap((resource) => read(resource, versionRows)),
    ...readHashes(jsonAt(properties, 'headers', 'file_header')).map(({ type, value }) => ({
      relation: headerHashes.get(type) ?? 'impfuzzy',
      value,
    })),
    ...customParts(properties),
  ]);
}

/** The sections of an executable, each an object of its own. */
export function readSections(properties: Json): FoundPart[][] {
  return objectsOf(properties, 'sections', 'section').map((section) => [
    ...read(section, [
      ['name', 'section_header', 'name'],
      ['size-in-bytes', 'section_header', 'size_of_raw_data'],
      ['entropy', 'entropy'],
    ]),
    ...readHashes(section, 'data_hashes').map(({ type, value }) => ({ relation: type, value })),
  ]);
}

function whois(properties: Json): Observed {
  const found = [
    ...read(properties, [
      ['registrar', 'registrar_info', 'name'],
      ['creation-date', 'creation_date'],
      ['modification-date', 'updated_date'],
      ['expiration-date', 'expiration_date'],
      ['domain', 'domain_name', 'value'],
      ['ip-address', 'ip_address', 'address_value'],
      ['comment', 'remarks'],
    ]),
    ...objectsOf(properties, 'registrants', 'registrant').flatMap((registrant) =>
      read(registrant, [
        ['registrant-name', 'name'],
        ['registrant-email', 'email_address', 'address_value'],
        ['registrant-phone', 'phone_number'],
        ['registrant-org', 'organization'],
      ]),
    ),
    ...itemsOf(properties, 'nameservers', 'nameserver').flatMap((server) =>
      valuesOf(server).map((value) => ({ relation: 'nameserver', value })),
    ),
    ...customParts(properties),
  ];
  return singleOr('whois', found, {
    registrar: 'whois-registrar',
    'registrant-name': 'whois-registrant-name',
    'registrant-email': 'whois-registrant-email',
    'registrant-phone': 'whois-registrant-phone',
    'registrant-org': 'whois-registrant-org',
  });
}

function certificate(properties: Json): Observed {
  const algorithm = plainText(jsonAt(properties, 'certificate_signature').signature_algorithm).toLowerCase();
  const print = ['md5', 'sha1', 'sha256'].includes(algorithm.replace('-', '')) ? algorithm.replace('-', '') : '';
  const found = [
    ...read(properties, [
      ['version', 'certificate', 'version'],
      ['serial-number', 'certificate', 'serial_number'],
      ['signature_algorithm', 'certificate', 'signature_algorithm'],
      ['issuer', 'certificate', 'issuer'],
      ['validity-not-before', 'certificate', 'validity', 'not_before'],
      ['validity-not-after', 'certificate', 'validity', 'not_after'],
      ['subject', 'certificate', 'subject'],
      ['pubkey-info-algorithm', 'certificate', 'subject_public_key', 'public_key_algorithm'],
      ['pubkey-info-modulus', 'certificate', 'subject_public_key', 'rsa_public_key', 'modulus'],
      ['pubkey-info-exponent', 'certificate', 'subject_public_key', 'rsa_public_key', 'exponent'],
      ['pem', 'raw_certificate'],
      ...(print === '' ? [] : [[`x509-fingerprint-${print}`, 'certificate_signature', 'signature'] as const]),
    ]),
    ...customParts(properties),
  ];
  const types = ['md5', 'sha1', 'sha256'].map((name) => `x509-fingerprint-${name}`);
  return singleOr('x509', found, Object.fromEntries(types.map((type) => [type, type])));
}

/** Readers of CybOX objects with many properties, by type. */
export const largerObjects: FurtherReaders = {
  UserAccountObjectType: account,
  WindowsUserAccountObjectType: account,
  UnixUserAccountObjectType: account,
  WindowsExecutableFileObjectType: executable,
  WhoisObjectType: whois,
  X509CertificateObjectType: certificate,
  ASObjectType: (properties) => {
    const found = [
      ...read(properties, [
        ['asn', 'number'],
        ['asn', 'handle'],
        ['description', 'name'],
      ]),
      ...customParts(properties),
    ];
    return singleOr('asn', found, { asn: 'AS' });
  },
  ProcessObjectType: process,
  WindowsProcessObjectType: process,
  UnixProcessObjectType: process,
  WindowsServiceObjectType: (properties) => {
    const found = read(properties, [
      ['name', 'service_name'],
      ['display', 'display_name'],
    ]);
    return singleOr('windows-service', [...found, ...customParts(properties)], {
      name: 'windows-service-name',
      display: 'windows-service-displayname',
    });
  },
  SystemObjectType: (properties) => ({
    kind: 'values',
    values: objectsOf(properties, 'network_interface_list', 'network_interface').flatMap((card) =>
      valuesOf(card.mac).map((value) => ({ type: 'mac-address', value })),
    ),
  }),
  HTTPSessionObjectType: (properties) => ({
    kind: 'values',
    values: objectsOf(properties, 'http_request_response').flatMap((exchange) => {
      const request = jsonAt(exchange, 'http_client_request');
      const found = read(request, [
        ['http-method', 'http_request_line', 'http_method'],
        ['uri', 'http_request_line', 'value'],
        ['user-agent', 'http_request_header', 'parsed_header', 'user_agent'],
      ]);
      return found.map(({ relation, value }) => ({ type: relation, value }));
    }),
  }),
};

function process(properties: Json): Observed {
  return object('process', [
    ...read(properties, [
      ['pid', 'pid'],
      ['name', 'name'],
      ['creation-time', 'creation_time'],
      ['parent-pid', 'parent_pid'],
      ['image', 'image_info', 'file_name'],
      ['command-line', 'image_info', 'command_line'],
      ['start-time', 'start_time'],
      ['hidden', 'is_hidden'],
    ]),
    ...itemsOf(properties, 'child_pid_list', 'child_pid').flatMap((value) =>
      valuesOf(value).map((found) => ({ relation: 'child-pid', value: found })),
    ),
    ...objectsOf(properties, 'port_list', 'port').flatMap((port) => read(port, [['port', 'port_value']])),
    ...customParts(properties),
  ]);
}
