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

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function words(uuid: string): Words | null {
  if (!UUID.test(uuid)) return null;
  const read = (start: number, end: number) => Number.parseInt(uuid.slice(start, end), 16);
  return [read(0, 8), read(9, 13) * 0x10000 + read(14, 18), read(19, 23) * 0x10000 + read(24, 28), read(28, 36)];
}

/** Ids in the order in which they came, 17 bytes each. */
export class IdList {
  #types: string[] = [];
  #typeNumbers = new Map<string, number>();
  #chunks: Buffer[] = [];
  #used = ID_CHUNK;
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
    const start = this.#used * ID_BYTES;
    chunk[start] = number;
    chunk.write(id.slice(at).replaceAll('-', ''), start + 1, 'hex');
    this.#used += 1;
    this.length += 1;
  }

  *[Symbol.iterator](): Generator<string> {
    for (const [index, chunk] of this.#chunks.entries()) {
      const used = index === this.#chunks.length - 1 ? this.#used : ID_CHUNK;
      for (let slot = 0; slot < used; slot += 1) {
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
