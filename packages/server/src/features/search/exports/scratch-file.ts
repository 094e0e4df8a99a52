import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Scratch } from '@magpie/formats';

/** In front of each item stands its length in bytes. */
const PREFIX_BYTES = 4;

/**
 * A queue of bytes in a file, for what would take too much memory; the file is made with the first item. It has no
 * name, so that nobody finds it and nothing of it is left when the program ends; `close` gives its room back. Items are
 * small and read by the same process soon after, so that the system hardly ever waits for a disk.
 */
export class ScratchFile implements Scratch {
  readonly #folder: string;
  #file: number | undefined;
  #end = 0;

  /** @param folder where to make the file; it is made too, where it is missing */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Appends an item. */
  put(item: Uint8Array): void {
    this.#file ??= openNameless(this.#folder);
    const bytes = Buffer.allocUnsafe(PREFIX_BYTES + item.length);
    bytes.writeUInt32BE(item.length);
    bytes.set(item, PREFIX_BYTES);
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#file, bytes, done, bytes.length - done, this.#end + done);
    }
    this.#end += bytes.length;
  }

  /** All items, in the order in which they were put there. */
  *items(): Generator<Buffer> {
    if (this.#file === undefined) return;
    for (let at = 0; at < this.#end; ) {
      const length = readAt(this.#file, at, PREFIX_BYTES).readUInt32BE();
      yield readAt(this.#file, at + PREFIX_BYTES, length);
      at += PREFIX_BYTES + length;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function openNameless(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `scratch-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return file;
}

function readAt(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length; ) {
    const read = readSync(file, bytes, done, length - done, at + done);
    if (read === 0) throw new Error('a scratch file is shorter than what was put into it');
    done += read;
  }
  return bytes;
}
