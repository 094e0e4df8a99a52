import { attributeTypes } from '@magpie/model';

/** Which half of a value is the indicator. */
export type IntelHalf = 'value1' | 'value2';

interface IntelGroup {
  /** Zeek's name; addresses that are networks are SUBNET. */
  readonly intel: string;
  readonly value1: readonly string[];
  readonly value2: readonly string[];
}

const digests = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512/224', 'sha512/256'];
const otherHashes = ['sha3-224', 'sha3-256', 'sha3-384', 'sha3-512', 'ssdeep', 'imphash', 'tlsh', 'impfuzzy', 'pehash'];
const hashes = [...digests, ...otherHashes, 'authentihash', 'vhash'];

const composite = (names: readonly string[]) =>
  names.map((name) => `filename|${name}`).filter((type) => attributeTypes.some((known) => known === type));

const groups: Readonly<Record<string, IntelGroup>> = {
  ip: { intel: 'ADDR', value1: ['ip-src', 'ip-dst', 'ip-src|port', 'ip-dst|port'], value2: ['domain|ip'] },
  url: { intel: 'URL', value1: ['url'], value2: [] },
  domain: { intel: 'DOMAIN', value1: ['hostname', 'domain', 'domain|ip'], value2: [] },
  email: { intel: 'EMAIL', value1: ['email', 'email-src', 'email-dst', 'target-email'], value2: [] },
  filename: {
    intel: 'FILE_NAME',
    value1: [
      ...['filename', 'email-attachment', 'attachment', 'filename|md5', 'filename|sha1', 'filename|sha256'],
      ...['malware-sample', 'pdb'],
    ],
    value2: [],
  },
  filehash: { intel: 'FILE_HASH', value1: hashes, value2: [...composite(hashes), 'malware-sample'] },
  certhash: { intel: 'CERT_HASH', value1: ['x509-fingerprint-sha1'], value2: [] },
  software: { intel: 'SOFTWARE', value1: ['user-agent'], value2: [] },
  'ja3-fingerprint-md5': { intel: 'JA3', value1: ['ja3-fingerprint-md5'], value2: [] },
};

/** The groups of types that can be asked for, besides `all`. */
export const intelGroups: readonly string[] = Object.keys(groups);

/** What of which attribute types is an indicator in the wanted groups: for the reader of the database. */
export function intelSources(wanted: readonly string[]): Readonly<Record<IntelHalf, readonly string[]>> {
  const chosen = wanted.flatMap((name) => groups[name] ?? []);
  return {
    value1: [...new Set(chosen.flatMap((group) => group.value1))],
    value2: [...new Set(chosen.flatMap((group) => group.value2))],
  };
}

/** Zeek's types of this half of a value of this attribute type, among the wanted groups. */
export function intelTypes(type: string, half: IntelHalf, wanted: readonly string[]): string[] {
  return wanted.flatMap((name) => {
    const group = groups[name];
    return group?.[half].includes(type) ? [group.intel] : [];
  });
}
