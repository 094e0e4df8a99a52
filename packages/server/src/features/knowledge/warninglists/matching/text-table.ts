/**
 * Texts by their place, in two buffers: a list of a hundred thousand entries costs its characters and four bytes an
 * entry instead of as many strings. Characters are one byte each until one needs two.
 */
export class TextTable {
  #units: Uint8Array | Uint16Array = new Uint8Array(1024);
  #ends = new Uint32Array(64);
  #used = 0;
  #size = 0;

  /** How many texts there are. */
  get size(): number {
    return this.#size;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#units.byteLength + this.#ends.byteLength;
  }

  /** Appends a text; its place is the number of texts before it. */
  add(text: string): void {
    this.#reserve(text.length);
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit > 255 && this.#units instanceof Uint8Array) this.#units = Uint16Array.from(this.#units);
      this.#units[this.#used + index] = unit;
    }
    this.#used += text.length;
    this.#ends[this.#size] = this.#used;
    this.#size += 1;
  }

  /** Gives back what was reserved beyond what is used. */
  trim(): void {
    this.#units = this.#units.slice(0, this.#used);
    this.#ends = this.#ends.slice(0, this.#size);
  }

  /** The text at a place; empty where there is none. */
  at(place: number): string {
    const end = this.#ends[place] ?? 0;
    let text = '';
    for (let index = this.#startOf(place); index < end; index += 1)
      text += String.fromCharCode(this.#units[index] ?? 0);
    return text;
  }

  /** True when the text at `place` is `text` from `from` up to, but not including, `to`. */
  equals(place: number, text: string, from: number, to: number): boolean {
    const start = this.#startOf(place);
    if ((this.#ends[place] ?? 0) - start !== to - from) return false;
    const units = this.#units;
    for (let index = from; index < to; index += 1) {
      if (units[start + index - from] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  #startOf(place: number): number {
    return place === 0 ? 0 : (this.#ends[place - 1] ?? 0);
  }

  #reserve(length: number): void {
    if (this.#used + length > this.#units.length) {
      const size = Math.max(this.#units.length * 2, this.#used + length);
      const larger = this.#units instanceof Uint8Array ? new Uint8Array(size) : new Uint16Array(size);
      larger.set(this.#units);
      this.#units = larger;
    }
    if (this.#size === this.#ends.length) {
      const larger = new Uint32Array(this.#size * 2);
      larger.set(this.#ends);
      this.#ends = larger;
    }
  }
}
