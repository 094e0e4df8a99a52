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
    if (this.#count * 2 >= this.#capacity) this.#grow();
    if (readWords(uuid) && this.#put(value)) this.#count += 1;
  }

  /** The value of a uuid; 0 for one that is not known. */
  get(uuid: string): number {
    return readWords(uuid) ? (this.#values[this.#find()] ?? 0) : 0;
  }

  /** Where the uuid that was read last stands, or has room. */
  #find(): number {
    const keys = this.#keys;
    const [a = 0, b = 0, c = 0, d = 0] = words;
    let slot = (Math.imul(a ^ b, 0x9e3779b1) ^ Math.imul(c ^ d, 0x85ebca6b)) >>> 0;
    for (;;) {
      slot &= this.#capacity - 1;
      const at = slot * 4;
      const isFree = this.#values[slot] === 0;
      if (isFree || (keys[at] === a && keys[at + 1] === b && keys[at + 2] === c && keys[at + 3] === d)) return slot;
      slot += 1;
    }
  }

  #put(value: number): boolean {
    const slot = this.#find();
    if (this.#values[slot] !== 0) return false;
    this.#keys.set(words, slot * 4);
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
      if (value === 0) continue;
      words.set(keys.subarray(slot * 4, slot * 4 + 4));
      this.#put(value);
    }
  }
}

/** The four numbers of the uuid that was read last: one place for all, since a list for each would be most of the work. */
const words = new Uint32Array(4);

const UUID_LENGTH = 36;
const HYPHEN = 0x2d;

/** Values of hexadecimal digits by character code, in lower case; -1 for every other. */
const digits = Int8Array.from({ length: 128 }, (_item, code) => '0123456789abcdef'.indexOf(String.fromCharCode(code)));

/** Reads the numbers of a uuid that begins at `start`; false for a text that is none. Much faster than cutting it up. */
function readWords(uuid: string, start = 0): boolean {
  if (uuid.length - start !== UUID_LENGTH) return false;
  let word = 0;
  let count = 0;
  for (let index = 0; index < UUID_LENGTH; index += 1) {
    const code = uuid.charCodeAt(start + index);
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (code !== HYPHEN) return false;
      continue;
    }
    const digit = digits[code] ?? -1;
    if (digit < 0) return false;
    word = (word << 4) | digit;
    count += 1;
    if ((count & 7) === 0) words[(count >> 3) - 1] = word;
  }
  return true;
}

/** So many ids are kept as the texts they are; they live no longer than their event, and cost less than packing. */
const MOST_TEXTS = 8192;

/** Ids in the order in which they came; of very many, those beyond the first take 17 bytes each. */
export class IdList {
  readonly #texts: string[] = [];
  readonly #packed = new PackedIds();
  readonly #mostTexts: number;

  constructor(mostTexts = MOST_TEXTS) {
    this.#mostTexts = mostTexts;
  }

  get length(): number {
    return this.#texts.length + this.#packed.length;
  }

  /** Adds a STIX id `<type>--<uuid>`. */
  add(id: string): void {
    if (this.#texts.length < this.#mostTexts) this.#texts.push(id);
    else this.#packed.add(id);
  }

  *[Symbol.iterator](): Generator<string> {
    yield* this.#texts;
    yield* this.#packed;
  }
}

class PackedIds {
  #types: string[] = [];
  #typeNumbers = new Map<string, number>();
  #chunks: Buffer[] = [];
  #used = ID_CHUNK;
  #others = new Map<number, string>();
  length = 0;

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
    // Ids of another shape are rare, and kept as texts.
    if (!readWords(id, at)) this.#others.set(this.length, id);
    else {
      const start = this.#used * ID_BYTES;
      chunk[start] = number;
      for (let word = 0; word < 4; word += 1) chunk.writeUInt32BE(words[word] ?? 0, start + 1 + word * 4);
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
