import { domainToASCII } from 'node:url';
import { writeItems } from '../pieces.ts';
import { addressTrigger } from './address.ts';
import { policyRecord, type RpzPolicy } from './policy.ts';

/** The head of a zone and what it does. All texts go into the zone as they are: the caller has checked them. */
export interface RpzOptions {
  readonly policy: RpzPolicy;
  readonly walledGarden: string;
  readonly ns: string;
  /** Empty: no second name server. */
  readonly nsAlt: string;
  readonly email: string;
  readonly serial: string;
  readonly refresh: string;
  readonly retry: string;
  readonly expiry: string;
  readonly minimumTtl: string;
  readonly ttl: string;
}

/** What a zone is made of; each part is read when its turn comes, each value once in each part. */
export interface RpzParts {
  readonly addresses: () => AsyncIterable<readonly string[]>;
  readonly domains: () => AsyncIterable<readonly string[]>;
  readonly hostnames: () => AsyncIterable<readonly string[]>;
}

/** A DNS response policy zone (draft-vixie-dnsop-dns-rpz) in master file format (RFC 1035, section 5). */
export async function* writeRpz(parts: RpzParts, options: RpzOptions): AsyncGenerator<string> {
  const { record, explained } = policyRecord(options.policy, options.walledGarden);
  const says = (what: string) =>
    `; The following ${what} will return ${explained} irrespective of actual result received.\n`;
  yield head(options);
  const sections = [
    { read: parts.addresses, opening: says('list of IP addresses'), line: addressLine },
    { read: parts.domains, opening: says('domain names and all of their sub-domains'), line: domainLine },
    { read: parts.hostnames, opening: says('hostnames'), line: hostnameLine },
  ];
  for (const { read, opening, line } of sections) {
    let isOpen = false;
    for await (const text of writeItems(read(), (value) => line(value, record))) {
      if (text === '') continue;
      if (!isOpen) yield opening;
      isOpen = true;
      yield text;
    }
    if (isOpen) yield '\n';
  }
}

function head(options: RpzOptions): string {
  const { ttl, ns, nsAlt, email, serial, refresh, retry, expiry, minimumTtl } = options;
  const indent = ' '.repeat(16);
  const lines = [
    `$TTL ${ttl};`,
    `@               SOA ${ns} ${email} (${serial} ${refresh} ${retry} ${expiry} ${minimumTtl})`,
    `${indent}NS ${ns}`,
    ...(nsAlt === '' ? [] : [`${indent}NS ${nsAlt}`]),
  ];
  return `${lines.join('\n')}\n\n`;
}

function addressLine(value: string, record: string): string | null {
  const trigger = addressTrigger(value);
  return trigger === null ? null : `${trigger} ${record}\n`;
}

function domainLine(value: string, record: string): string | null {
  const name = ownerName(value);
  return name === null ? null : `${name} ${record}\n*.${name} ${record}\n`;
}

function hostnameLine(value: string, record: string): string | null {
  const name = ownerName(value);
  return name === null ? null : `${name} ${record}\n`;
}

const LABEL = /^[A-Za-z0-9_*]([\w-]*\w)?$/;
/** Room is left for the name of the zone. */
const MOST_NAME_LENGTH = 230;

/** The value as a name in the zone, IDNA applied; null for what no zone can hold. */
function ownerName(value: string): string | null {
  const trimmed = value.replace(/\.$/, '');
  const isPlain = /^[\w.*-]+$/.test(trimmed);
  const name = isPlain ? trimmed : domainToASCII(trimmed);
  if (name === '' || name.length > MOST_NAME_LENGTH) return null;
  const fits = name.split('.').every((label) => label.length <= 63 && LABEL.test(label));
  return fits ? name : null;
}
