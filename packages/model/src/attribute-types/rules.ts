import { parseDate } from '../time/parse-date.ts';
import { isDomainText } from './domain-text.ts';
import { isIpAddress, parseIpv4, parseIpv6 } from './internet-address.ts';
import { isAbsoluteUrl } from './url-text.ts';
import { genericMessage, type ValueRule } from './value-rule.ts';

/** Refuses what `passes` refuses, with one message. */
function check(passes: (value: string) => boolean, message: string = genericMessage): ValueRule {
  return (value) => (passes(value) ? null : message);
}

function checksumMessage(expected: string): string {
  return `Checksum has an invalid length or format (expected: ${expected}). Please double check the value or select type "other".`;
}

function isHex(text: string): boolean {
  return /^[0-9a-fA-F]+$/.test(text);
}

/** Any text, several lines too. */
export const anything: ValueRule = () => null;

/** Any text in one line. */
export const oneLine = check((value) => !value.includes('\n'), 'Value must not contain new line character.');

/** Some text, in one line. */
export function nonEmptyLine(message?: string): ValueRule {
  return check((value) => value !== '' && !value.includes('\n'), message);
}

/** `expression` must be anchored and free of ambiguous repetition, so that it runs in linear time. */
export function pattern(expression: RegExp, message?: string): ValueRule {
  return check((value) => expression.test(value), message);
}

/** Letters and digits of ASCII. */
export const alphanumeric = pattern(/^[a-zA-Z0-9]+$/);

/** Exactly `length` hexadecimal digits. */
export function hex(length: number): ValueRule {
  return check((value) => value.length === length && isHex(value), checksumMessage(`${length} hexadecimal characters`));
}

/** File name, pipe, `length` hexadecimal digits. */
export function filenameHash(length: number): ValueRule {
  return check(
    (value) => {
      const [name = '', hash = ''] = value.split('|', 2);
      return name !== '' && !name.includes('\n') && hash.length === length && /^[0-9a-f]+$/.test(hash);
    },
    checksumMessage(`filename|${length} hexadecimal characters`),
  );
}

/** One rule for each half of a composite; the first fault is told. */
export function parts(first: ValueRule, second: ValueRule): ValueRule {
  return (value, nowSeconds) => {
    const [left = '', right = ''] = value.split('|', 2);
    return first(left, nowSeconds) ?? second(right, nowSeconds);
  };
}

/**
 * A digest of an ELF file's symbols (telfhash, a TLSH of 70 digits, two more with its version). MISP 2.5.1 looks at the
 * length alone.
 */
export const telfhash = check(
  (value) => (value.length === 70 || value.length === 72) && isHex(value),
  checksumMessage('70 or 72 hexadecimal characters'),
);

/** A locality-sensitive hash (TLSH): 70 hexadecimal digits, since version 4 behind `t1`; MISP takes 36 and more. */
export function tlsh(message: string): ValueRule {
  return check((value) => {
    const digits = value.replace(/^t/, '');
    return digits.length > 35 && isHex(digits);
  }, message);
}

/** A fuzzy hash as ssdeep writes it: block size and two hashes in the letters of base64, divided by colons. */
export function ssdeep(message: string): ValueRule {
  return pattern(/^[0-9]+:[0-9a-zA-Z/+]*:[0-9a-zA-Z/+]*$/, message);
}

/** A fuzzy hash of a program's imports (impfuzzy), in the form of ssdeep's. */
export const impfuzzy = pattern(
  /^[0-9]+:[^:]*:[^:]*$/,
  'Invalid impfuzzy format. The format has to be imports:hash:hash',
);

/** An IPv4 or IPv6 address. */
export const address = check(isIpAddress, 'IP address has an invalid format.');

/** An address, or a network in CIDR notation. */
export const addressOrNetwork: ValueRule = (value) => {
  const slash = value.indexOf('/');
  if (slash < 0) return isIpAddress(value) ? null : 'IP address has an invalid format.';
  const host = value.slice(0, slash);
  const prefix = value.slice(slash + 1);
  if (!/^[0-9]{1,4}$/.test(prefix)) return 'Invalid CIDR notation value found.';
  if (parseIpv4(host) !== null) {
    return Number(prefix) <= 32 ? null : 'Invalid CIDR notation value found, for IPv4 must be lower or equal 32.';
  }
  if (parseIpv6(host) !== null) {
    return Number(prefix) <= 128 ? null : 'Invalid CIDR notation value found, for IPv6 must be lower or equal 128.';
  }
  return 'IP address has an invalid format.';
};

/** A domain or host name. */
export function domain(message: string): ValueRule {
  return check(isDomainText, message);
}

/** A port of TCP or UDP, none of them 0. */
export const port = check(
  (value) => /^[0-9]{1,10}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535,
  'Port numbers have to be integers between 1 and 65535.',
);

/** Text without white space, an @, then one line with a dot: as loose as MISP's rule. */
export const email = check((value) => {
  const at = value.indexOf('@', 1);
  if (at < 0 || value.startsWith('\n') || /\s/.test(value.slice(1, at))) return false;
  const rest = value.slice(at + 1);
  return rest.includes('.') && !rest.includes('\n');
}, 'Email address has an invalid format. Please double check the value or select type "other".');

/** An address with a scheme and a host. */
export const absoluteUrl = check(isAbsoluteUrl);

/** Sign, decimals and exponent allowed. */
export const numeric = pattern(/^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/);

/** A whole number with an optional sign. MISP 2.5.1 refuses every one: it asks for a native integer and gets text. */
export const integer = pattern(/^-?[0-9]+$/, 'The value has to be an integer value.');

/** A whole number, 0 or more. */
export const wholeNumber = pattern(/^[0-9]+$/, 'The value has to be a whole number greater or equal 0.');

/** The number of an autonomous system, of four bytes (RFC 6793). */
export const asNumber = check(
  (value) => /^[0-9]+$/.test(value) && Number(value) <= 4_294_967_295,
  'AS number have to be integer between 1 and 4294967295',
);

/** A flag as 0 or 1. */
export const binary = check((value) => value === '0' || value === '1');

/** JSON (RFC 8259). */
export const json = check((value) => {
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
});

/** A time, in any form that `parseDate` reads. */
export const datetime: ValueRule = (value, nowSeconds) =>
  parseDate(value, nowSeconds) === null ? 'Datetime has to be in the ISO 8601 format.' : null;

/** A hardware address (IEEE EUI-48: 6 pairs of digits, EUI-64: 8), with or without colons. */
export function mac(pairs: 6 | 8): ValueRule {
  return pattern(pairs === 6 ? /^([a-fA-F0-9]{2}:?){6}$/ : /^([a-fA-F0-9]{2}:?){8}$/);
}

/** The name of a Windows service (as CreateService takes it): 256 bytes at most, no slashes. */
export const windowsServiceName = check(
  (value) => !/[\\/]/.test(value) && new TextEncoder().encode(value).length <= 256,
  "Invalid format. Only values shorter than 256 characters that don't include any forward or backward slashes are allowed.",
);

/** OpenSSH's two notations: base64 of 32 bytes after SHA256:, or 16 bytes in hex. */
export const sshFingerprint = check((value) => {
  if (value.startsWith('SHA256:')) return /^[A-Za-z0-9+/]{43}=?$/.test(value.slice(7));
  return /^([0-9a-fA-F]{2}:?){15}[0-9a-fA-F]{2}$/.test(value.replace(/^MD5:/, ''));
}, 'SSH fingerprint must be in MD5 or SHA256 format.');

// MISP accepts a verb anywhere in the text.
const httpMethods = [
  ...['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT', 'PROPFIND', 'PROPPATCH', 'MKCOL'],
  ...['COPY', 'MOVE', 'LOCK', 'UNLOCK', 'VERSION-CONTROL', 'REPORT', 'CHECKOUT', 'CHECKIN', 'UNCHECKOUT'],
  ...['MKWORKSPACE', 'UPDATE', 'LABEL', 'MERGE', 'BASELINE-CONTROL', 'MKACTIVITY', 'ORDERPATCH', 'ACL'],
  ...['PATCH', 'SEARCH'],
];

/** Text with a method of HTTP (RFC 9110), WebDAV (RFC 4918) or DeltaV (RFC 3253). */
export const httpMethod = check(
  (value) => httpMethods.some((method) => value.includes(method)),
  'Unknown HTTP method.',
);

// MISP 2.5.1 takes CVE alone; its later releases take these advisory families.
const advisories: readonly RegExp[] = [
  /^CVE-\d{4}-\d{4,}$/i,
  /^GCVE-\d+-\d{4}-\d+$/i,
  /^GHSA(-[a-z0-9]{4}){3}$/i,
  /^PYSEC-\d{4}-\d{2,5}$/i,
  /^GSD-\d{4}-\d{4,5}$/i,
  /^MAL-\d{4}-\d+$/i,
  /^WID-SEC-W-\d{4}-\d{4}$/i,
  /^NCSC-\d{4}-\d{4}$/i,
  /^SSA-\d{6}$/i,
  /^RH(BA|EA|SA)-\d{4}:\d{4,}$/i,
  /^ICS(MA|A)-\d{2}-\d{3}-\d{2}$/i,
  /^VA-\d{2}-\d{3}-\d{2}$/i,
  /^cisco-sa(-[a-z0-9_]+)+$/i,
  /^SCA-\d{4}-\d{4,}$/i,
  /^NN-\d{4}[:_]\d-\d{2}$/i,
  /^OXAS-ADV-\d{4}-\d{4}$/i,
  /^(MSRC|FKIE)_CVE-\d{4}-\d{4,}$/i,
  /^VAR-\d{6}-\d{4}$/i,
  /^JVNDB-\d{4}-\d{6}$/i,
  /^TS-\d{4}-\d{4}$/i,
  /^(open)?SUSE-SU-\d{4}:\d{4,}-\d$/i,
  /^CNVD-\d{4}-\d{5}$/i,
  /^CERTFR-\d{4}-(AVI-\d{4}|ALE-\d{3})$/i,
];

/** The identifier of a vulnerability or advisory. */
export const vulnerability = check(
  (value) => advisories.some((advisory) => advisory.test(value)),
  'Invalid format. Expected: CVE-xxxx-xxxx...',
);
