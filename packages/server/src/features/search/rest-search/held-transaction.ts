import type { Viewer } from '../../../access/viewer.ts';
import type { Database } from '../../../database/database.ts';
import type { Transaction } from '../../../database/transaction.ts';

/** A part of an answer; bytes are UTF-8. */
export type Piece = string | Buffer;

/** What a read answers: a head known before the first byte, and the rest whole or piece by piece. */
export interface Reading<Head, Whole extends Piece = string> {
  readonly head: Head;
  readonly body: Whole | AsyncIterable<Piece>;
}

/** A reader that takes longer than this for one piece gives its connection back ... */
const STALL_MS = 60_000;
/** ... and one that reads slower than so many bytes a second, after so long, when others wait for a connection. */
const LEAST_RATE = 64 * 1024;
const PATIENCE_MS = 10_000;
const LOOK_MS = 1000;
/** Answers shorter than this are gathered, so that their transaction ends before a slow reader begins. */
const WHOLE_LENGTH = 256 * 1024;

/**
 * Opens a reading in a transaction as the viewer. A short body is returned whole after the commit; for a long one in
 * pieces the transaction stays open until the last piece is taken, the reader gives up, or it is too slow.
 *
 * What goes wrong before the first piece is thrown here, and later failures to the reader of the pieces. A binary body
 * is never made text.
 */
export function readHeld<Head>(
  database: Database,
  viewer: Viewer,
  open: (tx: Transaction) => Promise<Reading<Head>>,
): Promise<Reading<Head>>;
export function readHeld<Head>(
  database: Database,
  viewer: Viewer,
  open: (tx: Transaction) => Promise<Reading<Head>>,
  options: { readonly isBinary: boolean },
): Promise<Reading<Head, Piece>>;
export function readHeld<Head>(
  database: Database,
  viewer: Viewer,
  open: (tx: Transaction) => Promise<Reading<Head>>,
  { isBinary = false }: { isBinary?: boolean } = {},
): Promise<Reading<Head, Piece>> {
  return new Promise((resolve, reject) => {
    const pieces = createPieces(() => database.isStarved());
    let streaming = false;
    database
      .as(viewer, async (tx) => {
        const reading = await open(tx);
        if (typeof reading.body === 'string') return reading;
        const gathered: Piece[] = [];
        let length = 0;
        for await (const piece of reading.body) {
          length += piece.length;
          if (length <= WHOLE_LENGTH) {
            gathered.push(piece);
            continue;
          }
          if (!streaming) {
            streaming = true;
            resolve({ head: reading.head, body: pieces.reader });
            for (const early of gathered) await pieces.put(early);
          }
          await pieces.put(piece);
        }
        if (streaming) return null;
        return { head: reading.head, body: isBinary ? joined(gathered) : gathered.map(String).join('') };
      })
      .then(
        (reading) => {
          if (reading) resolve(reading);
          pieces.end(null);
        },
        (error: unknown) => {
          if (streaming) pieces.end(error instanceof ReaderGone ? null : error);
          else reject(error);
        },
      );
  });
}

/** Whether a body is all there. */
export function isWhole(body: Piece | AsyncIterable<Piece>): body is Piece {
  return typeof body === 'string' || Buffer.isBuffer(body);
}

function joined(pieces: readonly Piece[]): Buffer {
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
}

/** Nobody reads any more: not an error of ours. */
class ReaderGone extends Error {}

interface Pieces {
  readonly reader: AsyncIterable<Piece>;
  /** Resolves when the reader has asked for more; rejects when it is gone. */
  put(piece: Piece): Promise<void>;
  end(error: unknown): void;
}

function createPieces(isStarved: () => boolean): Pieces {
  let gone = false;
  let tooSlow: Error | null = null;
  let ended: { error: unknown } | null = null;
  let waitingReader: ((result: Promise<IteratorResult<Piece>>) => void) | null = null;
  let waitingWriter: { piece: Piece; taken: () => void; refuse: (error: Error) => void; since: number } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let givenBytes = 0;
  let waitedMs = 0;

  function leave(): void {
    gone = true;
    clearInterval(timer);
    const writer = waitingWriter;
    waitingWriter = null;
    writer?.refuse(new ReaderGone('the reader is gone'));
  }

  function look(): void {
    const here = performance.now() - (waitingWriter?.since ?? performance.now());
    const waited = waitedMs + here;
    const isSlow = waited >= PATIENCE_MS && (givenBytes / waited) * 1000 < LEAST_RATE;
    if (here < STALL_MS && !(isSlow && isStarved())) return;
    // Whoever reads on is told: what he has is not all.
    tooSlow = new Error('The answer was broken off: its reader is too slow.');
    leave();
  }

  const iterator: AsyncIterator<Piece> = {
    next() {
      if (waitingWriter) {
        const { piece, taken, since } = waitingWriter;
        waitingWriter = null;
        clearInterval(timer);
        waitedMs += performance.now() - since;
        givenBytes += piece.length;
        taken();
        return Promise.resolve({ done: false, value: piece });
      }
      if (tooSlow) return finish(tooSlow);
      if (ended) return finish(ended.error);
      return new Promise((resolve) => {
        waitingReader = resolve;
      });
    },
    return() {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
  };

  return {
    reader: { [Symbol.asyncIterator]: () => iterator },
    put(piece) {
      if (gone) return Promise.reject(new ReaderGone('the reader is gone'));
      if (waitingReader) {
        const give = waitingReader;
        waitingReader = null;
        givenBytes += piece.length;
        give(Promise.resolve({ done: false, value: piece }));
        return Promise.resolve();
      }
      return new Promise((taken, refuse) => {
        waitingWriter = { piece, taken, refuse, since: performance.now() };
        timer = setInterval(look, LOOK_MS);
        timer.unref();
      });
    },
    end(error) {
      ended = { error };
      clearInterval(timer);
      const give = waitingReader;
      waitingReader = null;
      give?.(finish(error));
    },
  };
}

function finish(error: unknown): Promise<IteratorResult<Piece>> {
  return error === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
}
