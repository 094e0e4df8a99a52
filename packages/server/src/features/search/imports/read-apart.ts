import { Worker } from 'node:worker_threads';
import type { DocumentFormat, Found, JsonObject, StixKnowledge, StixNames } from '@magpie/formats/readers';
import { findIndicators, type Indicator } from '@magpie/model';
import { BadRequest } from '../../../errors.ts';
import type { FileSummary, FindLists, FromReader, ReadingOptions, ReadingTask } from './reading-task.ts';

/** A file that somebody sent. */
export interface SentFile {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** Bounds of one reading. */
export interface ReadingBounds {
  readonly memoryMb: number;
  /** From one message of the thread to its next one. */
  readonly stallMs: number;
}

/** A file of a megabyte may take a second, a small one the time that it takes to load its parser. */
function boundsFor(bytes: number): ReadingBounds {
  const megabytes = Math.ceil(bytes / 2 ** 20);
  return { memoryMb: Math.min(4_096, 256 + 12 * megabytes), stallMs: 30_000 + 1_000 * megabytes };
}

/** What a file gives, piece by piece. */
export type FilePart =
  | Found
  | { readonly kind: 'format'; readonly format: DocumentFormat }
  | { readonly kind: 'stix version'; readonly version: string };

/** Looks up what the instance knows of the names in a STIX document. */
export type StixLookUp = (names: StixNames) => Promise<StixKnowledge>;

/**
 * Reads a file in a thread of its own, which is ended when it needs too much memory or time, or when nobody reads any
 * more. Throws `BadRequest` with the reason where the file cannot be read.
 */
export async function* readFileApart(
  file: SentFile,
  options: ReadingOptions,
  lookUp: StixLookUp,
  bounds = boundsFor(file.bytes.length),
): AsyncGenerator<FilePart> {
  let waiting: JsonObject = {};
  for await (const message of listen({ kind: 'document', ...file, ...options }, bounds, lookUp)) {
    if (message.kind === 'format' || message.kind === 'stix version') yield message;
    else if (message.kind === 'members') {
      const list = waiting[message.key];
      if (Array.isArray(list)) for (const item of message.items) list.push(item);
      else waiting[message.key] = [...message.items];
    } else if (message.kind === 'left') {
      for (const one of message.left) yield { kind: 'not taken', ...one };
    } else if (message.kind === 'event') {
      yield { kind: 'event', event: { ...message.event, ...waiting } };
      waiting = {};
    }
  }
}

/** What a file would give, found out in a thread of its own. Throws `BadRequest` as above. */
export async function summariseApart(
  file: SentFile,
  options: ReadingOptions,
  lookUp: StixLookUp,
  bounds = boundsFor(file.bytes.length),
): Promise<FileSummary> {
  for await (const message of listen({ kind: 'summary', ...file, ...options }, bounds, lookUp)) {
    if (message.kind === 'summary') return message.summary;
  }
  throw new BadRequest('The file could not be read.');
}

/** Texts up to this many characters are read at once: that is quicker than starting a thread. */
const SHORT_TEXT = 50_000;

/** Whether a text is looked through at once, without a thread. */
export function isShortText(text: string): boolean {
  return text.length <= SHORT_TEXT;
}

/** Indicators in a text of any length; a long one is read in a thread of its own. */
export async function findIndicatorsApart(text: string, lists: FindLists): Promise<Indicator[]> {
  if (isShortText(text)) return findIndicators(text, lists);
  const found: Indicator[] = [];
  for await (const message of listen({ kind: 'indicators', text, lists }, boundsFor(text.length))) {
    if (message.kind === 'indicators') for (const indicator of message.indicators) found.push(indicator);
  }
  return found;
}

async function* listen(task: ReadingTask, bounds: ReadingBounds, lookUp?: StixLookUp): AsyncGenerator<FromReader> {
  const worker = new Worker(new URL('./reader-worker.ts', import.meta.url), {
    workerData: task,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: bounds.memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  // Between two messages nobody else listens, and an error that nobody hears ends the process.
  let failure: Error | null = null;
  worker.on('error', (error: Error) => {
    failure = error;
  });
  try {
    for (;;) {
      if (failure !== null) throw failure;
      const message = await nextMessage(worker, bounds.stallMs);
      if (message.kind === 'refused') throw new BadRequest(message.message);
      if (message.kind === 'done') return;
      if (message.kind === 'stix names') {
        worker.postMessage(await lookUp?.(message.names));
        continue;
      }
      yield message;
      worker.postMessage('go on');
    }
  } finally {
    await worker.terminate();
  }
}

function nextMessage(worker: Worker, stallMs: number): Promise<FromReader> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      finish();
    };
    const timer = setTimeout(() => settle(() => reject(new BadRequest('The file takes too long to read.'))), stallMs);
    const onMessage = (message: FromReader) => settle(() => resolve(message));
    const onError = (error: Error & { code?: string }) =>
      settle(() =>
        reject(
          error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new BadRequest('The file takes too much memory to read.') : error,
        ),
      );
    const onExit = () => settle(() => reject(new Error('the reading thread ended early')));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
