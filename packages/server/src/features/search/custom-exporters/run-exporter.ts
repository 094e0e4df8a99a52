import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ExportAttribute } from '@magpie/formats';
import { HttpProblem } from '../../../http/errors.ts';
import type { ExporterContext, ExporterFormat, FromWorker, ToWorker } from './protocol.ts';

/** Bounds of one export. */
export interface ExporterBounds {
  readonly memoryMb: number;
  /** From one message of the exporter to its next one. */
  readonly stallMs: number;
  readonly totalMs: number;
}

export const exporterBounds: ExporterBounds = { memoryMb: 256, stallMs: 30_000, totalMs: 600_000 };

/** A thread that speaks in turns: a message is answered before the next comes. */
interface Thread {
  next(): Promise<FromWorker>;
  tell(message: ToWorker): void;
  end(): Promise<void>;
}

/** What the exporter in this file says of its format. Throws an error that says what is wrong with the file. */
export async function describeExporter(file: string, bounds = exporterBounds): Promise<ExporterFormat> {
  const thread = startThread(file, null, bounds);
  try {
    const message = await thread.next();
    if (message.kind !== 'format') throw new HttpProblem(500, 'An exporter did not say what its format is.');
    return message.format;
  } finally {
    await thread.end();
  }
}

/**
 * What the exporter in this file makes of attributes. It runs in a thread of its own and is ended when it needs too much
 * memory or time, or when nobody reads any more. Throws an error with what the exporter threw.
 */
export async function* runExporter(
  file: string,
  batches: AsyncIterable<readonly ExportAttribute[]>,
  context: ExporterContext,
  bounds = exporterBounds,
): AsyncGenerator<string> {
  const thread = startThread(file, context, bounds);
  const rows = batches[Symbol.asyncIterator]();
  try {
    for (;;) {
      const message = await thread.next();
      if (message.kind === 'done') return;
      if (message.kind === 'piece') {
        yield message.text;
        thread.tell({ kind: 'taken' });
      } else if (message.kind === 'wants') {
        const { done, value } = await rows.next();
        thread.tell({ kind: 'rows', rows: done ? null : value });
      }
    }
  } finally {
    await thread.end();
    await rows.return?.();
  }
}

function startThread(file: string, context: ExporterContext | null, bounds: ExporterBounds): Thread {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { file, context },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: bounds.memoryMb, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
  });
  const deadline = AbortSignal.timeout(bounds.totalMs);
  const inbox: FromWorker[] = [];
  let failure: Error | null = null;
  let wake = () => {};
  worker.on('message', (message: FromWorker) => {
    inbox.push(message);
    wake();
  });
  worker.on('error', (error: Error) => {
    failure = error;
    wake();
  });
  worker.on('exit', () => {
    failure ??= new Error('it ended early');
    wake();
  });

  async function next(): Promise<FromWorker> {
    const stalled = AbortSignal.any([deadline, AbortSignal.timeout(bounds.stallMs)]);
    while (inbox.length === 0 && failure === null && !stalled.aborted) {
      const woken = Promise.withResolvers<void>();
      wake = woken.resolve;
      const done = new AbortController();
      const aborted = once(stalled, 'abort', { signal: done.signal }).catch(() => {});
      await Promise.race([woken.promise, aborted]);
      done.abort();
    }
    const message = inbox.shift();
    if (message === undefined)
      throw new HttpProblem(500, `An exporter failed: ${failure?.message ?? 'it takes too long'}`);
    if (message.kind === 'failed') throw new HttpProblem(500, `An exporter failed: ${message.message}`);
    return message;
  }

  return {
    next,
    tell: (message) => worker.postMessage(message),
    end: async () => {
      await worker.terminate();
    },
  };
}
