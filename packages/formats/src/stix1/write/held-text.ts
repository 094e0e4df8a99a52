import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Text is packed away when it has this length; STIX 1 repeats itself, so little remains of it. */
const PACK_LENGTH = 512 * 1024;

/**
 * Texts that have to wait for others that stand before them in the document, kept compressed: about a fortieth of
 * their length.
 */
export class HeldText {
  readonly #packed: Buffer[] = [];
  readonly #separator: string;
  #text = '';
  #isEmpty = true;

  /** @param separator stands between two texts */
  constructor(separator: string) {
    this.#separator = separator;
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  add(text: string): void {
    this.#text += this.#isEmpty ? text : this.#separator + text;
    this.#isEmpty = false;
    if (this.#text.length < PACK_LENGTH) return;
    this.#packed.push(deflateRawSync(this.#text, { level: 1 }));
    this.#text = '';
  }

  /** Everything that was added, in pieces. */
  *pieces(): Generator<string> {
    for (const packed of this.#packed) yield inflateRawSync(packed).toString('utf8');
    if (this.#text !== '') yield this.#text;
  }
}
