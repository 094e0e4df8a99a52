import type { SeedValue, SeedWorld } from '../seed.ts';
import { randomHex, seededRandom } from './random.ts';

const HOT_VALUES = ['8.8.8.8', '1.1.1.1', 'www.example.com', 'localhost', '127.0.0.1'];
/** One in so many attributes has a hot value: each of the five has a hundredth of all. */
const HOT_EVERY = 20;
const NETWORK_EVERY = 50;
const SSDEEP_EVERY = 250;
/** Members of a family of similar hashes. */
const FAMILY = 10;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Kinds of events with a size of their own; the others share what is left. */
export interface SizedEvents {
  readonly size: number;
  readonly first: number;
  readonly count: number;
}

/** The seed of the bench of correlation, and where its events of each size are. */
export interface CorrelationWorld extends SeedWorld {
  readonly sized: readonly SizedEvents[];
}

/**
 * Values as on a large instance: a hundredth of all attributes for each of five hot values, two in a hundred
 * networks, one in 250 an ssdeep hash of a family of ten, a fifth addresses, a third shared by Zipf's law, the others once.
 */
export function correlationWorld(attributes: number): CorrelationWorld {
  const scale = attributes / 5_000_000;
  const events = Math.max(200, Math.round(20_000 * scale));
  let first = 1;
  const sized = [
    { size: 10_000, count: Math.max(3, Math.round(20 * scale)) },
    { size: 100, count: 20 },
    { size: 60, count: 20 },
  ].map(({ size, count }) => {
    const entry = { size, count, first };
    first += count;
    return entry;
  });
  const inSized = sized.reduce((sum, { size, count }) => sum + size * count, 0);
  const others = events - first + 1;
  return {
    events,
    sized,
    eventOf(n) {
      let rest = n - 1;
      for (const { size, count, first: start } of sized) {
        if (rest < size * count) return start + Math.floor(rest / size);
        rest -= size * count;
      }
      return first + Math.floor((rest * others) / (attributes - inSized));
    },
    value: (n) => makeValue(n, attributes),
  };
}

function makeValue(n: number, attributes: number): SeedValue {
  const random = seededRandom(n * 2_654_435_761);
  const network = { category: 'Network activity', value2: '' };
  const payload = { category: 'Payload delivery', value2: '' };
  if (n % HOT_EVERY === 0) {
    return { ...network, type: 'domain', value1: HOT_VALUES[(n / HOT_EVERY) % HOT_VALUES.length] ?? '' };
  }
  if (n % NETWORK_EVERY === 1) return { ...network, type: 'ip-dst', value1: networkOf(random) };
  if (n % SSDEEP_EVERY === 3)
    return { ...payload, type: 'ssdeep', value1: hashOf(Math.floor(n / SSDEEP_EVERY), random) };
  if (n % 5 === 2) return { ...network, type: 'ip-dst', value1: addressOf(random) };
  if (random() < 0.4) {
    // Rank r has a share in proportion to 1/r.
    const rank = Math.floor((attributes / 5) ** random());
    return { ...network, type: 'domain', value1: `shared-${rank}.example.com` };
  }
  switch (n % 4) {
    case 0:
      return { ...payload, type: 'sha256', value1: randomHex(random, 64) };
    case 1:
      return { ...network, type: 'hostname', value1: `${randomHex(random, 12)}.example.org` };
    case 2:
      return {
        ...network,
        type: 'url',
        value1: `https://${randomHex(random, 10)}.example.net/${randomHex(random, 8)}`,
      };
    default:
      return { ...payload, type: 'filename|md5', value1: `${randomHex(random, 8)}.exe`, value2: randomHex(random, 32) };
  }
}

const byte = (random: () => number) => Math.floor(random() * 256);

function addressOf(random: () => number): string {
  return [1 + Math.floor(random() * 222), byte(random), byte(random), byte(random)].join('.');
}

/** Mostly /24 and longer, some /16, few IPv6. */
function networkOf(random: () => number): string {
  const kind = random();
  if (kind < 0.1) return `2001:db8:${randomHex(random, 4)}:${randomHex(random, 4)}::/64`;
  const [a, b, c, d] = addressOf(random).split('.');
  if (kind < 0.2) return `${a}.${b}.0.0/16`;
  if (kind < 0.7) return `${a}.${b}.${c}.0/24`;
  return `${a}.${b}.${c}.${Math.floor(Number(d) / 16) * 16}/28`;
}

function hashOf(index: number, random: () => number): string {
  const base = seededRandom(7919 * (1 + Math.floor(index / FAMILY)));
  const text = (length: number) => Array.from({ length }, () => ALPHABET[Math.floor(base() * 64)] ?? 'A');
  const size = 3 * 2 ** (4 + Math.floor(base() * 8));
  const [chunks, double] = [text(50 + Math.floor(base() * 14)), text(20 + Math.floor(base() * 12))];
  const changed = (list: string[]) =>
    list.map((character) => (random() < 0.08 ? (ALPHABET[Math.floor(random() * 64)] ?? 'A') : character)).join('');
  return `${size}:${changed(chunks)}:${changed(double)}`;
}
