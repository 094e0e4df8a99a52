import { type AddressWords, readAddress } from './address-words.ts';
import { finishHash, HASH_START, hashText, hashUnit } from './text-index.ts';

/** The host in a value with the hash of each of its suffixes, the shortest first. */
export interface HostSuffixes {
  readonly host: string;
  readonly starts: readonly number[];
  readonly hashes: readonly number[];
}

/** A value on its way through many lists: what a kind of list looks at is worked out once, when first asked for. */
export class ValueProbe {
  readonly text: string;
  #hash = -1;
  #host: HostSuffixes | undefined;
  #address: AddressWords | null | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Of the whole value. */
  get hash(): number {
    if (this.#hash < 0) this.#hash = hashText(this.text);
    return this.#hash;
  }

  get host(): HostSuffixes {
    this.#host ??= readSuffixes(hostOf(this.text));
    return this.#host;
  }

  /** Null when the value is no address and no network. */
  get address(): AddressWords | null {
    if (this.#address === undefined) this.#address = readAddress(this.text);
    return this.#address;
  }
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;

function hostOf(value: string): string {
  const mark = value.indexOf('://');
  const start = mark > 0 ? (SCHEME.exec(value)?.[0].length ?? 0) : 0;
  const slash = value.indexOf('/', start);
  const end = slash === -1 ? value.length : slash;
  return value.slice(start, end > start && value.charCodeAt(end - 1) === 46 ? end - 1 : end);
}

function readSuffixes(host: string): HostSuffixes {
  const starts: number[] = [];
  const hashes: number[] = [];
  let state = HASH_START;
  for (let index = host.length - 1; index >= 0; index -= 1) {
    const unit = host.charCodeAt(index);
    if (unit === 46) {
      starts.push(index + 1);
      hashes.push(finishHash(state));
    }
    state = hashUnit(state, unit);
  }
  starts.push(0);
  hashes.push(finishHash(state));
  return { host, starts, hashes };
}
