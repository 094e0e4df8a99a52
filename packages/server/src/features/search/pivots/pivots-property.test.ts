import { domainToASCII } from 'node:url';
import { type ApiClient, makeEvent, makeObject, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { fc } from '@magpie/testkit/property';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** An attribute as the API shows it to one of the readers. */
interface Stored {
  id: string;
  type: string;
  value: string;
  objectId: string;
  /** Deleted, or without correlation. */
  isOut: boolean;
  isHidden: boolean;
}

let magpie: TestMagpie;
let maker: ApiClient;
let stranger: ApiClient;
let world: Stored[];

/** Public suffixes that the hosts of this test have (publicsuffix.org), and how many labels they have. */
const SUFFIXES = ['com', 'co.uk', 'github.io', 'xn--p1ai', 'com.au', 'uk'];
const NAMES = ['evil', 'bücher', 'a-b', 'evil2'];
const SUBS = ['', 'www.', 'mail.www.', '_dmarc.', 'MÜNCHEN.', 'co.', 'x.y.z.'];
const PRINTS = ['a', 'b', 'c'].map((digit) => digit.repeat(32));
const VHASHES = ['015056655d15556az7:z', '0340361d1dz3a!z'];
const MD5S = ['1', '2', '3', '4', '5'].map((digit) => digit.repeat(32));

const host = fc
  .tuple(fc.constantFrom(...SUBS), fc.constantFrom(...NAMES), fc.constantFrom(...SUFFIXES, 'рф'), fc.boolean())
  .map(([sub, name, suffix, isUpper]) => {
    const text = `${sub}${name}.${suffix}`;
    return isUpper ? text.toUpperCase() : text;
  });
const ASCII_TYPES = ['domain', 'hostname', 'hostname|port', 'domain|ip', 'email-src', 'email-dst', 'email-reply-to'];
const holder = fc
  .tuple(
    fc.constantFrom(...ASCII_TYPES, 'email', 'url', 'uri', 'link', 'whois-registrant-email', 'text'),
    host,
    fc.nat(4),
  )
  .map(([type, name, form]) => ({ type, value: valueWith(type, name, form) }));

function valueWith(type: string, name: string, form: number): string {
  switch (type) {
    case 'hostname|port':
      return `${name}|8443`;
    case 'domain|ip':
      return `${name}|192.0.2.${form}`;
    case 'domain':
    case 'hostname':
    case 'text':
      return name;
    case 'url':
    case 'uri':
    case 'link': {
      const forms = ['https://@/x', 'HTTP://@', 'ftp://user:evil.com@@:8080/?q=other.com', 'http://@./#evil.com'];
      return (forms[form] ?? 'https://other.com/@').replace(/@(?!@)/, name);
    }
    default:
      return `first.last@${name}`;
  }
}

beforeAll(async () => {
  magpie = await startTestMagpie();
  [maker, stranger] = [await magpie.user(), await magpie.user()];
  const values = fc.sample(holder, { numRuns: 260, seed: 7 });
  for (const [index, distribution] of ['3', '3', '0'].entries()) {
    const event = await makeEvent(maker, {
      distribution,
      Attribute: values
        .filter((_, place) => place % 3 === index)
        .map((one, place) => ({ ...one, disable_correlation: place % 17 === 0 })),
    });
    const files = fc.sample(
      fc.record({
        md5: fc.constantFrom(...MD5S),
        imphash: fc.option(fc.constantFrom(...PRINTS, ...PRINTS.map((print) => print.toUpperCase()))),
        vhash: fc.option(fc.constantFrom(...VHASHES)),
      }),
      { numRuns: 6, seed: 40 + index },
    );
    for (const { md5, imphash, vhash } of files) {
      await makeObject(maker, event.id, {
        ...{ name: 'file', 'meta-category': 'file', template_version: '24', distribution: '5' },
        template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
        Attribute: [
          { type: 'md5', object_relation: 'md5', value: md5 },
          ...(imphash === null ? [] : [{ type: 'imphash', object_relation: 'imphash', value: imphash }]),
          ...(vhash === null ? [] : [{ type: 'vhash', object_relation: 'vhash', value: vhash }]),
        ],
      });
    }
    await maker.post(`/attributes/add/${event.id}`, { type: 'filename|imphash', value: `A.exe|${PRINTS[index]}` });
    const [first] = Object.values(Object(member(event.body, 'Event', 'Attribute')));
    await maker.post(`/attributes/delete/${member(first, 'id')}`);
  }
  world = await readWorld();
});
afterAll(() => magpie?.stop());

async function readWorld(): Promise<Stored[]> {
  const { body } = await maker.post('/attributes/restSearch', { deleted: [0, 1], limit: 10_000 });
  return (member(body, 'response', 'Attribute') as Record<string, unknown>[]).map((row) => ({
    id: String(row.id),
    type: String(row.type),
    value: String(row.value),
    objectId: String(row.object_id),
    isOut: row.deleted === true || row.disable_correlation === true,
    isHidden: member(row, 'Event', 'distribution') === '0',
  }));
}

const ascii = (name: string) =>
  name
    .split('.')
    .map((label) => domainToASCII(label) || label.toLowerCase())
    .join('.');

/** Host of a domain, URL or e-mail address, or of the first half of a pair, in ASCII and lower case. */
function hostOf(value: string): string {
  const [first = ''] = value.split('|');
  const authority = first.includes('://') ? first.split('://')[1]?.split(/[/?#]/)[0] : first;
  const name = authority?.split('@').at(-1)?.split(':')[0]?.replace(/\.$/, '');
  return ascii(name ?? '');
}

function registered(name: string): string | null {
  const labels = name.split('.');
  // The longest suffix counts.
  const suffix = SUFFIXES.filter((one) => name === one || name.endsWith(`.${one}`)).sort(
    (a, b) => b.length - a.length,
  )[0];
  if (suffix === undefined || name === suffix) return null;
  return labels.slice(-suffix.split('.').length - 1).join('.');
}

async function neighbours(client: ApiClient, value: string, kind: string): Promise<string[]> {
  const { status, body } = await client.post('/pivots/neighbours', { from: { value }, kind, limit: 500 });
  expect(status).toBe(200);
  const found = new Set((member(body, 'neighbours') as { id: string }[]).map(({ id }) => id));
  return shown(world.filter((one) => found.has(one.id)));
}

const shown = (list: readonly Stored[]) => list.map((one) => `${one.id} ${one.type} ${one.value}`);

const HOSTED = new Set([...ASCII_TYPES, 'email', 'url', 'uri', 'link', 'whois-registrant-email']);
const visible = (client: ApiClient) => world.filter((one) => !one.isOut && (client === maker || !one.isHidden));

describe('pivots are those of a naive reference', () => {
  it('of hosts under a registered domain, and of domains above', async () => {
    const subjects = fc.sample(
      fc.oneof(
        holder.map(({ value }) => value),
        host,
        fc.constantFrom('co.uk', 'github.io', 'COM', '192.0.2.1', 'first.last'),
      ),
      { numRuns: 50, seed: 3 },
    );
    for (const value of subjects) {
      const own = hostOf(value);
      const domain = registered(own);
      const parents = own.split('.').map((_, place, labels) => labels.slice(place + 1).join('.'));
      const isParent = (name: string) => domain !== null && parents.includes(name) && name.endsWith(domain);
      for (const client of [maker, stranger]) {
        const seen = visible(client);
        const under = seen.filter(
          (one) => domain !== null && HOSTED.has(one.type) && registered(hostOf(one.value)) === domain,
        );
        const above = seen.filter((one) => one.value.split('|').some((half) => isParent(ascii(half))));
        expect([value, await neighbours(client, value, 'registered-domain')]).toEqual([value, shown(under)]);
        expect([value, await neighbours(client, value, 'parent-domains')]).toEqual([value, shown(above)]);
      }
    }
    await magpie.admin.post('/servers/serverSettingsEdit/Magpie.pivot_domains', { value: false });
    for (const kind of ['registered-domain', 'parent-domains']) {
      expect(await neighbours(maker, 'x.www.evil.com', kind)).toEqual([]);
    }
    await magpie.admin.post('/servers/serverSettingsEdit/Magpie.pivot_domains', { value: true });
    expect(await neighbours(maker, 'x.www.evil.com', 'registered-domain')).not.toEqual([]);
  });

  it('of fingerprints', async () => {
    const kinds = { 'same-imphash': 'imphash', 'same-vhash': 'vhash' };
    for (const value of [
      ...MD5S,
      ...PRINTS,
      ...VHASHES,
      'A.EXE',
      PRINTS[0]?.toUpperCase() ?? '',
      `a.exe|${PRINTS[0]}`,
    ]) {
      for (const [kind, type] of Object.entries(kinds)) {
        for (const client of [maker, stranger]) {
          const seen = visible(client);
          const halves = (text: string) => text.toLowerCase().split('|');
          const given = [value.toLowerCase(), ...halves(value)];
          const own = seen.filter((one) =>
            [one.value.toLowerCase(), ...halves(one.value)].some((half) => given.includes(half)),
          );
          const objects = new Set(own.map((one) => one.objectId).filter((id) => id !== '0'));
          const isPrint = (one: Stored) => one.type === type || one.type === `filename|${type}`;
          const printOf = (one: Stored) => halves(one.value).at(-1);
          const prints = new Set(
            seen.filter((one) => isPrint(one) && (own.includes(one) || objects.has(one.objectId))).map(printOf),
          );
          const expected = seen.filter((one) => isPrint(one) && prints.has(printOf(one)));
          expect([value, kind, await neighbours(client, value, kind)]).toEqual([value, kind, shown(expected)]);
        }
      }
    }
  });
});
