import { table } from '../json.ts';
/** How a value becomes a property. */
export type Form = 'text' | 'integer' | 'float' | 'flag' | 'list' | 'time' | 'hash' | 'data';

/** Where a relation of a template goes. */
interface Member {
  /** Path on the main observable; `values[0].data` makes a list of one object. */
  readonly to: string;
  readonly form: Form;
  /** Path in patterns, with the observable's type; null where it takes no part in them. */
  readonly pattern: string | null;
}

/** A relation whose value is an observable of its own, to which the main one refers. */
export interface Reference {
  /** The observable's type; `address` is IPv4 or IPv6 by its value. */
  readonly sco: string;
  readonly value: string;
  /** The main observable's property; with `[]` a list. */
  readonly ref: string;
  /** `side` writes the two comparisons of a network address: the type of what is referred to, and its value. */
  readonly pattern: { readonly path: string; readonly side?: true };
}

/** A template whose objects are cyber observables. */
export interface Template {
  readonly sco: string;
  readonly members: Readonly<Record<string, Member>>;
  readonly references?: Readonly<Record<string, Reference>>;
  /** Properties that every object of the template has. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  /** What comes first in its patterns. */
  readonly fixedPattern?: string;
}

type Short = readonly [to: string, form?: Form, pattern?: string | null];

function members(sco: string, table: Readonly<Record<string, Short>>): Record<string, Member> {
  return Object.fromEntries(
    Object.entries(table).map(([relation, [to, form = 'text', pattern]]) => [
      relation,
      { to, form, pattern: pattern === undefined ? (form === 'time' ? null : `${sco}:${to}`) : pattern },
    ]),
  );
}

function hashes(...types: readonly string[]): Record<string, Short> {
  return Object.fromEntries(types.map((type): [string, Short] => [type, [type, 'hash']]));
}

function simple(sco: string, table: Readonly<Record<string, Short>>): Template {
  return { sco, members: members(sco, table) };
}

function account(type: string, id: string, login: string, name?: string): Template {
  return {
    ...simple('user-account', {
      [id]: ['user_id'],
      [login]: ['account_login'],
      ...(name === undefined ? {} : { [name]: ['display_name'] as Short }),
    }),
    fixed: { account_type: type },
    fixedPattern: `user-account:account_type = '${type}'`,
  };
}

function side(direction: 'src' | 'dst', sco: string): Reference {
  return {
    sco,
    value: 'value',
    ref: `${direction}_ref`,
    pattern: { path: `network-traffic:${direction}_ref`, side: true },
  };
}

const addresses: Readonly<Record<string, Reference>> = {
  'ip-src': side('src', 'address'),
  'ip-dst': side('dst', 'address'),
};

/** Relations that name an end in patterns, though on the observable they are properties of Magpie's own. */
export const namedEnds: Readonly<Record<string, Readonly<Record<string, 'src' | 'dst'>>>> = {
  'ip-port': { ip: 'dst', domain: 'dst', hostname: 'dst' },
  'network-connection': { 'hostname-src': 'src', 'hostname-dst': 'dst' },
  'network-socket': { 'hostname-src': 'src', 'hostname-dst': 'dst' },
};

const ports: Readonly<Record<string, Short>> = {
  'src-port': ['src_port', 'integer'],
  'dst-port': ['dst_port', 'integer'],
};

const fileHashes = [
  ...['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-224', 'sha3-256', 'sha3-384', 'sha3-512'],
  ...['ssdeep', 'tlsh'],
];

function emailParty(property: string, list: boolean): Reference {
  return {
    sco: 'email-addr',
    value: 'value',
    ref: list ? `${property}[]` : property,
    pattern: { path: `email-message:${property}${list ? '[n]' : ''}.value` },
  };
}

const directoryReference: Reference = {
  sco: 'directory',
  value: 'path',
  ref: 'parent_directory_ref',
  pattern: { path: 'file:parent_directory_ref.path' },
};

const http = "network-traffic:extensions.'http-request-ext'";
const pebinary = 'extensions.windows-pebinary-ext';

/** Templates by name. Relations that a template does not name become `x_misp_…` properties of the main observable. */
export const templates: Readonly<Record<string, Template>> = table({
  'android-app': simple('software', { name: ['name'] }),
  artifact: simple('artifact', {
    decryption_key: ['decryption_key', 'text', 'artifact:x_misp_decryption_key'],
    encryption_algorithm: ['encryption_algorithm', 'text', 'artifact:x_misp_encryption_algorithm'],
    mime_type: ['mime_type'],
    payload_bin: ['payload_bin', 'data', 'artifact:x_misp_payload_bin'],
    ...hashes('md5', 'sha1', 'sha256', 'sha3-256', 'sha3-512', 'sha512', 'ssdeep', 'tlsh'),
  }),
  asn: simple('autonomous-system', { asn: ['number', 'integer'], description: ['name'] }),
  'cpe-asset': simple('software', {
    cpe: ['cpe'],
    language: ['languages', 'list'],
    product: ['name'],
    vendor: ['vendor'],
    version: ['version'],
  }),
  credential: simple('user-account', { password: ['credential'], username: ['user_id'] }),
  directory: simple('directory', {
    'access-time': ['atime', 'time'],
    'creation-time': ['ctime', 'time'],
    'modification-time': ['mtime', 'time'],
    path: ['path'],
    'path-encoding': ['path_enc'],
  }),
  'domain-ip': {
    ...simple('domain-name', { domain: ['value'] }),
    references: {
      ip: {
        sco: 'address',
        value: 'value',
        ref: 'resolves_to_refs[]',
        pattern: { path: 'domain-name:resolves_to_refs[*].value' },
      },
    },
  },
  email: {
    ...simple('email-message', {
      'message-id': ['message_id'],
      'reply-to': ['additional_header_fields.Reply-To', 'text', 'email-message:additional_header_fields.reply_to'],
      'send-date': ['date', 'time'],
      subject: ['subject'],
      'x-mailer': ['additional_header_fields.X-Mailer', 'text', 'email-message:additional_header_fields.x_mailer'],
    }),
    references: {
      from: emailParty('from_ref', false),
      to: emailParty('to_refs', true),
      cc: emailParty('cc_refs', true),
      bcc: emailParty('bcc_refs', true),
    },
  },
  'facebook-account': account('facebook', 'account-id', 'account-name'),
  'github-user': account('github', 'id', 'username', 'user-fullname'),
  'gitlab-user': account('gitlab', 'id', 'username', 'name'),
  'parler-account': account('parler', 'account-id', 'account-name'),
  'reddit-account': account('reddit', 'account-id', 'account-name'),
  'telegram-account': account('telegram', 'id', 'username'),
  'twitter-account': account('twitter', 'id', 'name', 'displayed-name'),
  file: {
    ...simple('file', {
      filename: ['name'],
      'size-in-bytes': ['size', 'integer'],
      'file-encoding': ['name_enc'],
      'access-time': ['atime', 'time'],
      'creation-time': ['ctime', 'time'],
      'modification-time': ['mtime', 'time'],
      ...hashes(...fileHashes),
    }),
    references: { path: directoryReference },
  },
  hashlookup: simple('file', {
    FileName: ['name'],
    FileSize: ['size', 'integer'],
    MD5: ['md5', 'hash'],
    'SHA-1': ['sha1', 'hash'],
    'SHA-256': ['sha256', 'hash'],
    SSDEEP: ['ssdeep', 'hash'],
    TLSH: ['tlsh', 'hash'],
  }),
  'http-request': {
    ...simple('network-traffic', {
      method: ['extensions.http-request-ext.request_method', 'text', `${http}.request_method`],
      uri: ['extensions.http-request-ext.request_value', 'text', `${http}.request_value`],
      'content-type': [
        'extensions.http-request-ext.request_header.Content-Type',
        'text',
        `${http}.request_header.'Content-Type'`,
      ],
      cookie: ['extensions.http-request-ext.request_header.Cookie', 'text', `${http}.request_header.Cookie`],
      referer: ['extensions.http-request-ext.request_header.Referer', 'text', `${http}.request_header.Referer`],
      'user-agent': [
        'extensions.http-request-ext.request_header.User-Agent',
        'text',
        `${http}.request_header.'User-Agent'`,
      ],
    }),
    references: addresses,
  },
  image: simple('file', { filename: ['name'] }),
  'ip-port': {
    ...simple('network-traffic', {
      ...ports,
      protocol: ['protocols', 'list', 'network-traffic:x_misp_protocol'],
      'first-seen': ['start', 'time'],
      'last-seen': ['end', 'time'],
    }),
    references: addresses,
  },
  lnk: {
    ...simple('file', {
      filename: ['name'],
      'lnk-access-time': ['atime', 'time'],
      'lnk-creation-time': ['ctime', 'time'],
      'lnk-modification-time': ['mtime', 'time'],
      'size-in-bytes': ['size', 'integer'],
      ...hashes('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'ssdeep', 'tlsh'),
    }),
    references: { path: directoryReference },
  },
  mutex: simple('mutex', { name: ['name'] }),
  netflow: {
    ...simple('network-traffic', {
      ...ports,
      protocol: ['protocols', 'list', null],
      'byte-count': ['src_byte_count', 'integer'],
      'packet-count': ['src_packets', 'integer'],
      'first-packet-seen': ['start', 'time'],
      'tcp-flags': ['extensions.tcp-ext.src_flags_hex', 'text', "network-traffic:extensions.'tcp-ext'.src_flags_hex"],
    }),
    references: addresses,
  },
  'network-connection': {
    ...simple('network-traffic', {
      ...ports,
      'layer3-protocol': ['protocols', 'list', null],
      'layer4-protocol': ['protocols', 'list', null],
      'layer7-protocol': ['protocols', 'list', null],
      'first-packet-seen': ['start', 'time'],
    }),
    references: addresses,
  },
  'network-socket': {
    ...simple('network-traffic', {
      ...ports,
      protocol: ['protocols', 'list', null],
      'address-family': [
        'extensions.socket-ext.address_family',
        'text',
        "network-traffic:extensions.'socket-ext'.address_family",
      ],
      'socket-type': [
        'extensions.socket-ext.socket_type',
        'text',
        "network-traffic:extensions.'socket-ext'.socket_type",
      ],
    }),
    references: addresses,
  },
  pe: simple('file', {
    type: [`${pebinary}.pe_type`, 'text', "file:extensions.'windows-pebinary-ext'.pe_type"],
    imphash: [`${pebinary}.imphash`, 'text', "file:extensions.'windows-pebinary-ext'.imphash"],
    'number-sections': [
      `${pebinary}.number_of_sections`,
      'integer',
      "file:extensions.'windows-pebinary-ext'.number_of_sections",
    ],
    'entrypoint-address': [
      `${pebinary}.optional_header.address_of_entry_point`,
      'integer',
      "file:extensions.'windows-pebinary-ext'.optional_header.address_of_entry_point",
    ],
  }),
  process: {
    ...simple('process', {
      'command-line': ['command_line'],
      'creation-time': ['created_time', 'time'],
      'current-directory': ['cwd'],
      hidden: ['is_hidden', 'flag'],
      pid: ['pid', 'integer'],
    }),
    references: {
      image: { sco: 'file', value: 'name', ref: 'image_ref', pattern: { path: 'process:image_ref.name' } },
    },
  },
  'registry-key': simple('windows-registry-key', {
    key: ['key'],
    'last-modified': ['modified_time', 'time'],
    data: ['values[0].data', 'text'],
    'data-type': ['values[0].data_type', 'text'],
    name: ['values[0].name', 'text'],
  }),
  'registry-key-value': simple('windows-registry-key', {
    data: ['values[0].data', 'text'],
    'data-type': ['values[0].data_type', 'text'],
    name: ['values[0].name', 'text'],
  }),
  url: simple('url', { url: ['value'] }),
  'user-account': simple('user-account', {
    'account-type': ['account_type'],
    can_escalate_privs: ['can_escalate_privs', 'flag'],
    created: ['account_created', 'time'],
    disabled: ['is_disabled', 'flag'],
    'display-name': ['display_name'],
    expires: ['account_expires', 'time'],
    first_login: ['account_first_login', 'time'],
    group: ['extensions.unix-account-ext.groups', 'list', "user-account:extensions.'unix-account-ext'.groups"],
    'group-id': ['extensions.unix-account-ext.gid', 'integer', "user-account:extensions.'unix-account-ext'.gid"],
    home_dir: ['extensions.unix-account-ext.home_dir', 'text', "user-account:extensions.'unix-account-ext'.home_dir"],
    is_service_account: ['is_service_account', 'flag'],
    last_login: ['account_last_login', 'time'],
    password: ['credential'],
    password_last_changed: ['credential_last_changed', 'time'],
    privileged: ['is_privileged', 'flag'],
    shell: ['extensions.unix-account-ext.shell', 'text', "user-account:extensions.'unix-account-ext'.shell"],
    'user-id': ['user_id'],
    username: ['account_login'],
  }),
  x509: simple('x509-certificate', {
    issuer: ['issuer'],
    'pubkey-info-algorithm': ['subject_public_key_algorithm'],
    'pubkey-info-exponent': ['subject_public_key_exponent', 'integer'],
    'pubkey-info-modulus': ['subject_public_key_modulus'],
    self_signed: ['is_self_signed', 'flag', null],
    'serial-number': ['serial_number'],
    signature_algorithm: ['signature_algorithm'],
    subject: ['subject'],
    'validity-not-after': ['validity_not_after', 'time'],
    'validity-not-before': ['validity_not_before', 'time'],
    version: ['version'],
    'x509-fingerprint-md5': ['md5', 'hash'],
    'x509-fingerprint-sha1': ['sha1', 'hash'],
    'x509-fingerprint-sha256': ['sha256', 'hash'],
  }),
});

/** Paths in patterns of relations that a template's observable holds as `x_misp_…`. */
export const patternOnly: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  email: {
    'email-body': 'email-message:body',
    'from-display-name': 'email-message:from_ref.display_name',
    'to-display-name': 'email-message:to_refs[n].display_name',
    'cc-display-name': 'email-message:cc_refs[n].display_name',
    'bcc-display-name': 'email-message:bcc_refs[n].display_name',
  },
  file: {
    'sha512/224': "file:hashes.'SHA-224'",
    'sha512/256': "file:hashes.'SHA-256'",
    authentihash: 'file:hashes.AUTHENTIHASH',
    imphash: 'file:hashes.IMPHASH',
    vhash: 'file:hashes.VHASH',
    fullpath: 'file:parent_directory_ref.path',
  },
  lnk: {
    'sha512/224': "file:hashes.'SHA-224'",
    'sha512/256': "file:hashes.'SHA-256'",
    fullpath: 'file:parent_directory_ref.path',
  },
  'http-request': { url: `${http}.request_value` },
  image: { url: 'file:content_ref.url' },
};

/** Rules: the pattern's language, and where the relations go. */
export interface RuleTemplate {
  readonly patternType: string;
  readonly pattern: string;
  readonly name?: string;
  readonly description?: string;
  readonly reference?: string;
  readonly version?: string;
}

const rule = (patternType: string, fields: Omit<RuleTemplate, 'patternType'>): RuleTemplate => ({
  patternType,
  ...fields,
});

/** Templates whose objects are indicators in a language of their own (STIX 2.1 only, but for STIX patterns). */
export const ruleTemplates: Readonly<Record<string, RuleTemplate>> = table({
  'nova-rule': rule('nova', {
    pattern: 'raw-rule',
    name: 'rule-name',
    description: 'description',
    reference: 'reference',
  }),
  'owasp-crs-rule': rule('crs', {
    pattern: 'raw-rule',
    name: 'rule-id',
    description: 'message',
    reference: 'reference',
  }),
  sigma: rule('sigma', { pattern: 'sigma', name: 'sigma-rule-name', description: 'comment', reference: 'reference' }),
  suricata: rule('suricata', { pattern: 'suricata', description: 'comment', reference: 'ref', version: 'version' }),
  'wazuh-rule': rule('wazuh', {
    pattern: 'wazuh-rule',
    name: 'rule-id',
    description: 'comment',
    reference: 'reference',
    version: 'version',
  }),
  yara: rule('yara', { pattern: 'yara', name: 'yara-rule-name', description: 'comment', version: 'version' }),
  'stix2-pattern': rule('stix', { pattern: 'stix2-pattern', description: 'comment', version: 'version' }),
});
