import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Scratch } from './scratch.ts';

/**
 * Text is packed away when it has this length; STIX 1 repeats itself, so little remains of it. Longer pieces come back
 * faster than V8 collects them: with 512 KiB, a long answer took 120 MB while it was sent.
 */
const PACK_LENGTH = 64 * 1024;

/** Room for a text that is unpacked, in bytes: a little more than most have. */
const CHUNK_BYTES = 80 * 1024;

/** So many packed bytes stay in memory: those of some 60,000 indicators, so that few documents need more. */
const MOST_BYTES = 2 * 1024 * 1024;

/**
 * Texts that have to wait for others that stand before them in the document, kept compressed: about a fortieth of
 * their length. The first of it stay in memory, the rest goes to scratch, so that memory is bounded however many there are.
 */
export class HeldText {
  readonly #packed: Buffer[] = [];
  readonly #separator: string;
  readonly #openScratch: (() => Scratch) | undefined;
  #scratch: Scratch | undefined;
  readonly #mostBytes: number;
  /** Packed bytes of all that was added. */
  #bytes = 0;
  #text = '';
  #isEmpty = true;

  /**
   * @param separator stands between two texts
   * @param openScratch gives room for what is too much for memory, once that is reached; without it all stays there
   * @param mostBytes what may stay in memory, packed
   */
  constructor(separator: string, openScratch?: () => Scratch, mostBytes = MOST_BYTES) {
    this.#separator = separator;
    this.#openScratch = openScratch;
    this.#mostBytes = mostBytes;
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  add(text: string): void {
    this.#text += this.#isEmpty ? text : this.#separator + text;
    this.#isEmpty = false;
    if (this.#text.length < PACK_LENGTH) return;
    const packed = deflateRawSync(this.#text, { level: 1 });
    this.#text = '';
    // From the first that has no room on, all go to scratch, so that their order stays.
    this.#bytes += packed.length;
    if (this.#bytes > this.#mostBytes) this.#scratch ??= this.#openScratch?.();
    if (this.#scratch !== undefined) this.#scratch.put(packed);
    // Copied, since what zlib gives is a part of a larger buffer.
    else this.#packed.push(Buffer.from(packed));
  }

  /** Everything that was added, in pieces. */
  *pieces(): Generator<string> {
    for (const packed of this.#packed) yield unpack(packed);
    for (const packed of this.#scratch?.items() ?? []) yield unpack(packed);
    if (this.#text !== '') yield this.#text;
  }

  /** Gives the room outside of memory back; nothing can be read or added from then on. */
  close(): void {
    this.#scratch?.close();
  }
}

function unpack(packed: Uint8Array): string {
  return inflateRawSync(packed, { chunkSize: CHUNK_BYTES }).toString('utf8');
}
