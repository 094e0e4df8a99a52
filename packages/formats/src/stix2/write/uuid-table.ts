/**
 * Remembers a small number (a type of element) for each of very many uuids in a few bytes each: 17 at half load,
 * where a Map of texts takes over a hundred.
 */
export class UuidTable {
  #capacity = 1024;
  #count = 0;
  #keys = new Uint32Array(this.#capacity * 4);
  #values = new Uint8Array(this.#capacity);

  /** Sets the value (1 to 255) of a uuid; one that is known keeps its first. Texts that are no uuids are left out. */
  set(uuid: string, value: number): void {
    const key = words(uuid);
    if (key === null) return;
    if (this.#count * 2 >= this.#capacity) this.#grow();
    if (this.#put(key, value)) this.#count += 1;
  }

  /** The value of a uuid; 0 for one that is not known. */
  get(uuid: string): number {
    const key = words(uuid);
    return key === null ? 0 : (this.#values[this.#find(key)] ?? 0);
  }

  #find([a, b, c, d]: Words): number {
    const keys = this.#keys;
    let slot = (Math.imul(a ^ b, 0x9e3779b1) ^ Math.imul(c ^ d, 0x85ebca6b)) >>> 0;
    for (;;) {
      slot &= this.#capacity - 1;
      const at = slot * 4;
      const isFree = this.#values[slot] === 0;
      if (isFree || (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d)) return slot;
      slot += 1;
    }
  }

  #put(key: Words, value: number): boolean {
    const slot = this.#find(key);
    if (this.#values[slot] !== 0) return false;
    this.#keys.set(key, slot * 4);
    this.#values[slot] = value;
    return true;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#capacity *= 2;
    this.#keys = new Uint32Array(this.#capacity * 4);
    this.#values = new Uint8Array(this.#capacity);
    for (const [slot, value] of values.entries()) {
      const at = slot * 4;
      if (value !== 0) this.#put([keys[at] ?? 0, keys[at + 1] ?? 0, keys[at + 2] ?? 0, keys[at + 3] ?? 0], value);
    }
  }
}

type Words = readonly [number, number, number, number];

const UUID_LENGTH = 36;
const HYPHEN = 0x2d;

/** Values of hexadecimal digits by character code, in lower case; -1 for every other. */
const digits = Int8Array.from({ length: 128 }, (_item, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));

/** The numbers of a uuid that begins at `start`; null for a text that is none. Much faster than cutting it up. */
function words(uuid: string, start = 0): Words | null {
  if (uuid.length - start !== UUID_LENGTH) return null;
  const found: [number, number, number, number] = [0, 0, 0, 0];
  let count = 0;
  for (let index = 0; index < UUID_LENGTH; index += 1) {
    const code = uuid.charCodeAt(start + index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== HYPHEN) return null;
      continue;
    }
    const digit = digits[code] ?? -1;
    if (digit < 0) return null;
    const word = count >> 3;
    found[word] = ((found[word] ?? 0) << 4) | digit;
    count += 1;
  }
  return [found[0] >>> 0, found[1] >>> 0, found[2] >>> 0, found[3] >>> 0];
}

/** Ids in the order in which they came, 17 bytes each. */
export class IdList {
  #types: string[] = [];
  #typeNumbers = new Map<string, number>();
  #chunks: Buffer[] = [];
  #used = ID_CHUNK;
  #others = new Map<number, string>();
  length = 0;

  /** Adds a STIX id `<type>--<uuid>`. */
  add(id: string): void {
    const at = id.length - 36;
    const type = id.slice(0, at - 2);
    let number = this.#typeNumbers.get(type);
    if (number === undefined) {
      number = this.#types.push(type) - 1;
      this.#typeNumbers.set(type, number);
    }
    if (this.#used === ID_CHUNK) {
      this.#chunks.push(Buffer.allocUnsafe(ID_CHUNK * ID_BYTES));
      this.#used = 0;
    }
    const chunk = this.#chunks.at(-1);
    if (chunk === undefined) return;
    const key = words(id, at);
    // Ids of another shape are rare, and kept as texts.
    if (key === null) this.#others.set(this.length, id);
    else {
      const start = this.#used * ID_BYTES;
      chunk[start] = number;
      for (let word = 0; word < 4; word += 1) chunk.writeUInt32BE(key[word] ?? 0, start + 1 + word * 4);
    }
    this.#used += 1;
    this.length += 1;
  }

  *[Symbol.iterator](): Generator<string> {
    for (const [index, chunk] of this.#chunks.entries()) {
      const used = index === this.#chunks.length - 1 ? this.#used : ID_CHUNK;
      for (let slot = 0; slot < used; slot += 1) {
        const other = this.#others.size > 0 ? this.#others.get(index * ID_CHUNK + slot) : undefined;
        if (other !== undefined) {
          yield other;
          continue;
        }
        const start = slot * ID_BYTES;
        const hex = chunk.toString('hex', start + 1, start + ID_BYTES);
        const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
        yield `${this.#types[chunk[start] ?? 0]}--${uuid}`;
      }
    }
  }
}

const ID_BYTES = 17;
const ID_CHUNK = 4096;
