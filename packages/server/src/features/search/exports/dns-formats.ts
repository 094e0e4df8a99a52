import { isIP } from 'node:net';
import {
  netfilterTypes,
  type RpzOptions,
  type RpzPolicy,
  rpzPolicies,
  writeHosts,
  writeNetfilter,
  writeRpz,
} from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import type { SearchParameters } from '../rest-search/parameters.ts';
import { readDistinctParts } from './distinct-parts.ts';
import { type NamedFormat, PLAIN_TEXT } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readTextOption, type TextOption } from './options.ts';
import { exportRows } from './rows.ts';

/** What resolvers and packet filters read. */
export const dnsFormats: readonly NamedFormat[] = [
  ['hosts', { ...PLAIN_TEXT, isRestrictive: true, countedTypes: ['domain'], write: writeHostsSearch }],
  ['netfilter', { ...PLAIN_TEXT, isRestrictive: false, countedTypes: netfilterTypes, write: writeNetfilterSearch }],
  ['rpz', { ...PLAIN_TEXT, isRestrictive: true, write: writeRpzSearch }],
];

function writeHostsSearch(search: ExportSearch, _head: unknown, magpie: Magpie): AsyncIterable<string> {
  const address = String(search.parameters.get('ip_address') ?? '0.0.0.0');
  if (isIP(address) === 0) throw new BadRequest('Invalid value for ip_address: it takes an IP address.');
  const names = readDistinctParts(search, { value1: ['domain'], value2: [] });
  return writeHosts(names, { address, generated: magpie.now() });
}

function writeNetfilterSearch(search: ExportSearch, _head: unknown, magpie: Magpie): AsyncIterable<string> {
  const action = readTextOption(magpie, search.parameters, {
    name: 'netfilter_action',
    fallback: 'DROP',
    accepts: (text) => /^[A-Z][A-Z0-9_-]{1,27}$/.test(text),
    expected: 'the name of a target, in capital letters',
  });
  return writeNetfilter(exportRows(search, { types: netfilterTypes, flat: true }), { action });
}

function writeRpzSearch(search: ExportSearch, _head: unknown, magpie: Magpie): AsyncIterable<string> {
  const options = readRpzOptions(magpie, search.parameters);
  return writeRpz(
    {
      addresses: () => readDistinctParts(search, { value1: ['ip-src', 'ip-dst'], value2: ['domain|ip'] }),
      domains: () => readDistinctParts(search, { value1: ['domain', 'domain|ip'], value2: [] }),
      hostnames: () => readDistinctParts(search, { value1: ['hostname'], value2: [] }),
    },
    options,
  );
}

const NAME = { accepts: isName, expected: 'a domain name' };
const TIME = { accepts: isTime, expected: 'a time such as 3600, 30m, 2h or 1w, below 68 years' };

/** RFC 1035, section 2.3.4: at most 63 letters a label, and 255 a name. */
function isName(text: string): boolean {
  if (text.length > 253 || !/^[A-Za-z0-9_]([\w-]*[\w-])?(\.[\w-]+)*\.?$/.test(text)) return false;
  return text.split('.').every((label) => label.length <= 63);
}

/** RFC 2181, section 8: times have 31 bits. */
const MOST_SECONDS = 2_147_483_647;
const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

function isTime(text: string): boolean {
  if (!/^(\d{1,10}|(\d{1,6}[smhdw])+)$/i.test(text)) return false;
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)];
  const seconds = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (secondsOf[unit] ?? 1), 0);
  return seconds <= MOST_SECONDS;
}

/** Digits and points alone are no name. */
function isGarden(text: string): boolean {
  if (text.includes('%')) return false;
  return isIP(text) !== 0 || (isName(text) && !/^[\d.]+$/.test(text));
}

function readRpzOptions(magpie: Magpie, parameters: SearchParameters): RpzOptions {
  const text = (name: string, fallback: string, kind: Pick<TextOption, 'accepts' | 'expected'>) =>
    readTextOption(magpie, parameters, { name, setting: `Plugin.RPZ_${name}`, fallback, ...kind });
  return {
    policy: readPolicy(magpie, parameters),
    walledGarden: text('walled_garden', '127.0.0.1', {
      accepts: isGarden,
      expected: 'an IP address or a domain name',
    }),
    ns: text('ns', 'localhost.', NAME),
    nsAlt: text('ns_alt', '', NAME),
    email: text('email', 'root.localhost', NAME),
    serial: serialOf(
      magpie,
      text('serial', '$date00', {
        accepts: (pattern) => /^(\d|\$date|\$time){1,10}$/.test(pattern),
        expected: 'digits, $date and $time',
      }),
    ),
    refresh: text('refresh', '2h', TIME),
    retry: text('retry', '30m', TIME),
    expiry: text('expiry', '30d', TIME),
    minimumTtl: text('minimum_ttl', '1h', TIME),
    ttl: text('ttl', '1w', TIME),
  };
}

/** A request names the policy, and one it does not know counts as not given; settings have its number. */
function readPolicy(magpie: Magpie, parameters: SearchParameters): RpzPolicy {
  const sent = String(parameters.get('policy') ?? '');
  const stored = magpie.settings.stored('Plugin.RPZ_policy');
  const number = typeof stored === 'string' || typeof stored === 'number' ? Number(stored) : Number.NaN;
  return rpzPolicies.find((policy) => policy === sent) ?? rpzPolicies[number] ?? 'NXDOMAIN';
}

/** Serial numbers have 32 bits (RFC 1982). */
function serialOf(magpie: Magpie, pattern: string): string {
  const now = magpie.now();
  const date = new Date(now * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const text = pattern.replaceAll('$date', date).replaceAll('$time', String(now));
  if (text.length > 10 || Number(text) > 4_294_967_295) {
    throw new BadRequest('Invalid value for serial: it becomes greater than 4294967295.');
  }
  return text;
}
