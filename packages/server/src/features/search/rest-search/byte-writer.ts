const TAB = 0x09;
const LF = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** New buffers are this large, if nothing longer comes. */
const SLAB_BYTES = 512 * 1024;
/** A frame is written in words of four bytes, and may reach so far beyond its end. */
const WORD_SLACK = 3;

/** Bytes that COPY and JSON write alike, and that end no column. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
const SHARED_ESCAPES: ReadonlySet<number> = new Set(Buffer.from('bfnrt\\'));
const VERTICAL_TAB = 0x76;

/** A constant ASCII text that is written very often, cut into little-endian words. */
export interface Frame {
  readonly words: Uint32Array;
  readonly length: number;
}

/** A frame of `text`, which is ASCII. */
export function frame(text: string): Frame {
  const bytes = new Uint8Array(4 * Math.ceil(text.length / 4));
  bytes.set(Buffer.from(text, 'latin1'));
  const view = new DataView(bytes.buffer);
  return {
    words: Uint32Array.from({ length: bytes.length / 4 }, (_, index) => view.getUint32(4 * index, true)),
    length: text.length,
  };
}

/**
 * Bytes of JSON, gathered in large buffers that are handed on in pieces. Room is asked for once for many writes
 * (`reserve`); the writes themselves do not look.
 */
export class ByteWriter {
  #out: Buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #view = new DataView(this.#out.buffer);
  /** Where what is not handed on yet begins, and where the next byte goes. */
  #start = 0;
  #position = 0;

  /** Makes room for so many bytes. */
  reserve(bytes: number): void {
    if (this.#position + bytes + WORD_SLACK <= this.#out.length) return;
    const pending = this.#out.subarray(this.#start, this.#position);
    this.#out = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, 2 * (pending.length + bytes)));
    this.#view = new DataView(this.#out.buffer);
    this.#out.set(pending);
    this.#start = 0;
    this.#position = pending.length;
  }

  /** What was written since the last piece, once it is at least so many bytes. */
  take(atLeast: number): Buffer | null {
    if (this.#position - this.#start < atLeast) return null;
    const piece = this.#out.subarray(this.#start, this.#position);
    this.#start = this.#position;
    return piece;
  }

  frame({ words, length }: Frame): void {
    const view = this.#view;
    const position = this.#position;
    for (let index = 0; index < words.length; index += 1) {
      view.setUint32(position + 4 * index, words[index] ?? 0, true);
    }
    this.#position = position + length;
  }

  byte(byte: number): void {
    this.#out[this.#position] = byte;
    this.#position += 1;
  }

  bytes(bytes: Buffer): void {
    this.#out.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  ascii(text: string): void {
    this.#position += this.#out.write(text, this.#position, 'latin1');
  }

  /** Bytes of `input` that need no escape. */
  copy(input: Buffer, start: number, end: number): void {
    const out = this.#out;
    let position = this.#position;
    for (let at = start; at < end; at += 1) out[position++] = input[at] ?? 0;
    this.#position = position;
  }

  /**
   * The content of a JSON string from the column of COPY's text format (PostgreSQL documentation, COPY, "Text Format")
   * that begins at `start`; needs up to six times its bytes. Returns where the column ends. The two formats share
   * their escapes, but for the quote and the control characters that COPY leaves as they are.
   */
  column(input: Buffer, start: number): number {
    const out = this.#out;
    let position = this.#position;
    let at = start;
    for (;;) {
      const byte = input[at] ?? LF;
      if (PLAIN[byte] === 1) {
        out[position++] = byte;
      } else if (byte === TAB || byte === LF) {
        this.#position = position;
        return at;
      } else if (byte === BACKSLASH) {
        at += 1;
        position = putEscape(input[at] ?? 0, out, position);
      } else if (byte === QUOTE) {
        out[position++] = BACKSLASH;
        out[position++] = QUOTE;
      } else {
        position = putControl(byte, out, position);
      }
      at += 1;
    }
  }
}

/** COPY writes backspace, form feed, newline, return, tab and backslash as JSON does, and a vertical tab as \v. */
function putEscape(letter: number, out: Buffer, position: number): number {
  if (letter === VERTICAL_TAB) return putControl(0x0b, out, position);
  if (!SHARED_ESCAPES.has(letter)) throw new Error('COPY gave an escape that it is not known to write');
  out[position] = BACKSLASH;
  out[position + 1] = letter;
  return position + 2;
}

function putControl(byte: number, out: Buffer, position: number): number {
  return position + out.write(`\\u${byte.toString(16).padStart(4, '0')}`, position, 'latin1');
}
