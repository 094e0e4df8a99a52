import { type Json, text } from '../../stix2/json.ts';
import { hashTypes } from '../facts/hashes.ts';
import {
  addAt,
  type Put,
  put,
  putDate,
  putFlag,
  putFraction,
  putHash,
  putMail,
  putNumber,
  putPort,
  putRecipient,
  putSocket,
  putText,
  putTime,
  setAt,
} from './members.ts';
import { wholeNumber } from './properties.ts';

/** How a template's objects are one CybOX object: its type, and the place of each relation. */
export interface ObjectTemplate {
  readonly type: string;
  readonly relations: Readonly<Record<string, Put>>;
}

const hash = (...path: string[]) =>
  Object.fromEntries([...hashTypes].map((type): [string, Put] => [type, putHash(...path)]));

const ends = (local: string, remote: string): Record<string, Put> => ({
  'ip-src': putSocket(local, 'ip', 'source'),
  'hostname-src': putSocket(local, 'host', 'source'),
  'src-port': putSocket(local, 'port', 'source'),
  'ip-dst': putSocket(remote, 'ip', 'destination'),
  'hostname-dst': putSocket(remote, 'host', 'destination'),
  'dst-port': putSocket(remote, 'port', 'destination'),
});

const password: Put = (properties, value) =>
  addAt(properties, ['authentication'], { authentication_type: 'password', authentication_data: value });

const state: Put = (properties, value) => {
  const isListening = value === 'listening';
  if (!isListening && value !== 'blocking') return false;
  return setAt(properties, [isListening ? 'is_listening' : 'is_blocking'], true);
};

const signature =
  (algorithm: string): Put =>
  (properties, value) =>
    setAt(properties, ['certificate_signature'], {
      signature_algorithm: { value: algorithm, condition: 'Equals' },
      signature: { value, condition: 'Equals' },
    });

const version =
  (name: string): Put =>
  (properties, value) => {
    const isPut = setAt(properties, ['resources[]', name], { value, condition: 'Equals' });
    if (isPut) setAt(properties, ['resources[]', 'xsi:type'], 'WinExecutableFileObj:PEVersionInfoResourceType');
    return isPut;
  };

/** Relations of `pe` in a Windows executable file. */
export const peRelations: Readonly<Record<string, Put>> = {
  'company-name': version('companyname'),
  'file-description': version('filedescription'),
  'file-version': version('fileversion'),
  'internal-filename': version('internalname'),
  'lang-id': version('langid'),
  'legal-copyright': version('legalcopyright'),
  'original-filename': version('originalfilename'),
  'product-name': version('productname'),
  'product-version': version('productversion'),
  'entrypoint-address': put('headers', 'optional_header', 'address_of_entry_point'),
  'number-sections': putNumber('headers', 'file_header', 'number_of_sections'),
  authentihash: putHash('headers', 'file_header', 'hashes'),
  impfuzzy: putHash('headers', 'file_header', 'hashes'),
  imphash: putHash('headers', 'file_header', 'hashes'),
  pehash: putHash('headers', 'file_header', 'hashes'),
  type: put('type'),
};

/** Relations of `pe-section` in a section. */
export const sectionRelations: Readonly<Record<string, Put>> = {
  name: put('section_header', 'name'),
  'size-in-bytes': put('section_header', 'size_of_raw_data'),
  entropy: (properties, value) =>
    /^-?\d{1,15}(\.\d{1,15})?$/.test(value) && setAt(properties, ['entropy'], { value: Number(value) }),
  ...hash('data_hashes'),
};

/** Relations of `file`. */
export const fileRelations: Readonly<Record<string, Put>> = {
  filename: put('file_name'),
  path: put('file_path'),
  fullpath: put('full_path'),
  'access-time': putTime('accessed_time'),
  'creation-time': putTime('created_time'),
  'modification-time': putTime('modified_time'),
  entropy: putFraction('peak_entropy'),
  'size-in-bytes': putNumber('size_in_bytes'),
  ...hash('hashes'),
};

const userAccount: Readonly<Record<string, Put>> = {
  username: put('username'),
  'display-name': put('full_name'),
  password,
  created: putTime('creation_date'),
  last_login: putTime('last_login'),
  home_dir: put('home_directory'),
  shell: put('script_path'),
  disabled: putFlag('disabled'),
};

/** Accounts of Windows have an identifier and groups of their own. */
export const windowsAccount: ObjectTemplate = {
  type: 'WindowsUserAccount',
  relations: {
    ...userAccount,
    'user-id': put('security_id'),
    group: (properties, value) => addAt(properties, ['group_list'], { name: value, 'xsi:type': 'WindowsGroupType' }),
  },
};

/** Templates whose objects are one CybOX object, by name. */
export const objectTemplates: Readonly<Record<string, ObjectTemplate>> = {
  asn: { type: 'AS', relations: { asn: putAs, description: putText('name') } },
  credential: {
    type: 'UserAccount',
    relations: { username: putText('username'), text: putText('description') },
  },
  email: {
    type: 'EmailMessage',
    relations: {
      to: putRecipient('to'),
      cc: putRecipient('cc'),
      bcc: putRecipient('bcc'),
      from: putMail('header', 'from'),
      'reply-to': putMail('header', 'reply_to'),
      subject: put('header', 'subject'),
      'x-mailer': put('header', 'x_mailer'),
      'mime-boundary': put('header', 'boundary'),
      'user-agent': put('header', 'user_agent'),
      'message-id': put('header', 'message_id'),
    },
  },
  file: { type: 'File', relations: fileRelations },
  mutex: { type: 'Mutex', relations: { name: putText('name') } },
  'network-connection': {
    type: 'NetworkConnection',
    relations: {
      ...ends('source_socket_address', 'destination_socket_address'),
      'layer3-protocol': put('layer3_protocol'),
      'layer4-protocol': put('layer4_protocol'),
      'layer7-protocol': put('layer7_protocol'),
    },
  },
  'network-socket': {
    type: 'NetworkSocket',
    relations: {
      ...ends('local_address', 'remote_address'),
      'address-family': put('address_family'),
      'domain-family': put('domain'),
      protocol: put('protocol'),
      'socket-type': put('type'),
      state,
    },
  },
  pe: { type: 'WindowsExecutableFile', relations: peRelations },
  process: {
    type: 'Process',
    relations: {
      'creation-time': putTime('creation_time'),
      'start-time': putTime('start_time'),
      name: put('name'),
      pid: putNumber('pid'),
      'parent-pid': putNumber('parent_pid'),
      'child-pid': (properties, value) => {
        const decimal = wholeNumber(value);
        return decimal !== null && addAt(properties, ['child_pid_list'], decimal);
      },
      port: putPort,
      image: put('image_info', 'file_name'),
      'command-line': put('image_info', 'command_line'),
      hidden: putFlag('is_hidden'),
    },
  },
  'registry-key': {
    type: 'WindowsRegistryKey',
    relations: {
      key: put('key'),
      hive: put('hive'),
      name: put('values[]', 'name'),
      data: put('values[]', 'data'),
      'data-type': put('values[]', 'datatype'),
      'last-modified': putTime('modified_time'),
    },
  },
  'user-account': { type: 'UserAccount', relations: userAccount },
  whois: {
    type: 'Whois',
    relations: {
      registrar: putText('registrar_info', 'name'),
      'registrant-name': put('registrants[]', 'name'),
      'registrant-phone': put('registrants[]', 'phone_number'),
      'registrant-email': putMail('registrants[]', 'email_address'),
      'registrant-org': put('registrants[]', 'organization'),
      'creation-date': putDate('creation_date'),
      'modification-date': putDate('updated_date'),
      'expiration-date': putDate('expiration_date'),
      nameserver: (properties, value) => addAt(properties, ['nameservers'], { value, 'xsi:type': 'URIObjectType' }),
      domain: (properties, value) => setAt(properties, ['domain_name'], { value, 'xsi:type': 'URIObjectType' }),
      'ip-address': (properties, value) =>
        setAt(properties, ['ip_address'], { address_value: value, 'xsi:type': 'AddressObjectType' }),
      comment: putText('remarks'),
    },
  },
  x509: {
    type: 'X509Certificate',
    relations: {
      version: putNumber('certificate', 'version'),
      'serial-number': put('certificate', 'serial_number'),
      signature_algorithm: put('certificate', 'signature_algorithm'),
      issuer: put('certificate', 'issuer'),
      'validity-not-before': putTime('certificate', 'validity', 'not_before'),
      'validity-not-after': putTime('certificate', 'validity', 'not_after'),
      subject: put('certificate', 'subject'),
      'pubkey-info-algorithm': put('certificate', 'subject_public_key', 'public_key_algorithm'),
      'pubkey-info-modulus': put('certificate', 'subject_public_key', 'rsa_public_key', 'modulus'),
      'pubkey-info-exponent': putNumber('certificate', 'subject_public_key', 'rsa_public_key', 'exponent'),
      pem: put('raw_certificate'),
      'x509-fingerprint-sha256': signature('SHA256'),
      'x509-fingerprint-sha1': signature('SHA1'),
      'x509-fingerprint-md5': signature('MD5'),
    },
  },
};

function putAs(properties: Json, value: string): boolean {
  const decimal = wholeNumber(value);
  if (decimal !== null) return setAt(properties, ['number'], { value: decimal, condition: 'Equals' });
  return /^AS\d+$/i.test(value) && setAt(properties, ['handle'], { value, condition: 'Equals' });
}

/** Puts members in where there is a place; the others become custom properties. */
export function fill(properties: Json, members: readonly Json[], relations: Readonly<Record<string, Put>>): void {
  for (const member of members) {
    const relation = text(member, 'object_relation');
    const value = text(member, 'value');
    const isPut = Object.hasOwn(relations, relation) && relations[relation]?.(properties, value, member) === true;
    if (!isPut) addAt(properties, ['custom_properties'], { value, name: relation });
  }
}
