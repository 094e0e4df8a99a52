import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExportAttribute } from '@magpie/formats';
import { HttpProblem } from '../../../http/errors.ts';
import type { ExporterFile } from './exporter-file.ts';
import type { ExporterContext, ExporterFormat, FromExporter, Task, ToExporter } from './protocol.ts';

/** Bounds of one export. */
export interface ExporterBounds {
  readonly memoryMb: number;
  /** From one message of the exporter to its next one. */
  readonly stallMs: number;
  readonly totalMs: number;
}

/** What an administrator's own exporter may use. */
export const exporterBounds: ExporterBounds = { memoryMb: 256, stallMs: 30_000, totalMs: 600_000 };

/** A process that speaks in turns: a message is answered before the next comes. */
interface Conversation {
  next(): Promise<FromExporter>;
  tell(message: ToExporter): void;
  end(): void;
}

/** What the exporter in this file says of its format. Throws an error that says what is wrong with the file. */
export async function describeExporter(file: ExporterFile, bounds = exporterBounds): Promise<ExporterFormat> {
  const conversation = await startExporter(file, null, bounds);
  try {
    const message = await conversation.next();
    if (message.kind !== 'format') throw new HttpProblem(500, 'An exporter did not say what its format is.');
    return message.format;
  } finally {
    conversation.end();
  }
}

/**
 * What the exporter in this file makes of attributes. It runs in a process of its own, which can reach nothing of the
 * machine and is ended when it needs too much memory or time, or when nobody reads any more. Throws an error with what
 * the exporter threw.
 */
export async function* runExporter(
  file: ExporterFile,
  batches: AsyncIterable<readonly ExportAttribute[]>,
  context: ExporterContext,
  bounds = exporterBounds,
): AsyncGenerator<string> {
  const rows = batches[Symbol.asyncIterator]();
  const conversation = await startExporter(file, context, bounds);
  try {
    for (;;) {
      const message = await conversation.next();
      if (message.kind === 'done') return;
      if (message.kind === 'piece') {
        yield message.text;
        conversation.tell({ kind: 'answer', rows: null });
      } else if (message.kind === 'wants') {
        const { done, value } = await rows.next();
        conversation.tell({ kind: 'answer', rows: done ? null : JSON.stringify(value) });
      }
    }
  } finally {
    conversation.end();
    await rows.return?.();
  }
}

const PROGRAM = fileURLToPath(new URL('./exporter-process.ts', import.meta.url));
/** All of the machine that the process may read: its own program, and what Node asks about it. */
const READABLE = [
  fileURLToPath(new URL('./', import.meta.url)),
  fileURLToPath(new URL('../../../../package.json', import.meta.url)),
];

function startProcess({ memoryMb }: ExporterBounds): ChildProcess {
  return fork(PROGRAM, [], {
    execArgv: [
      '--permission',
      ...READABLE.map((path) => `--allow-fs-read=${path}`),
      '--disallow-code-generation-from-strings',
      '--experimental-vm-modules',
      '--no-warnings',
      `--max-old-space-size=${memoryMb}`,
    ],
    // Windows starts no program without this one.
    env: process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

async function startExporter(
  { source, isTypeScript }: ExporterFile,
  context: ExporterContext | null,
  bounds: ExporterBounds,
): Promise<Conversation> {
  const child = startProcess(bounds);
  const deadline = AbortSignal.timeout(bounds.totalMs);
  const inbox: FromExporter[] = [];
  let failure: string | null = null;
  let wake = () => {};
  const end = () => {
    process.off('exit', end);
    child.kill('SIGKILL');
  };
  process.once('exit', end);
  child.on('message', (message: FromExporter) => {
    inbox.push(message);
    wake();
  });
  child.on('error', (error) => {
    failure ??= error.message;
    wake();
  });
  child.once('exit', (code, signal) => {
    process.off('exit', end);
    failure ??= whyEnded(code, signal);
    wake();
  });

  async function next(): Promise<FromExporter> {
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
    if (message === undefined) throw new HttpProblem(500, `An exporter failed: ${failure ?? 'it takes too long'}`);
    if (message.kind === 'failed') throw new HttpProblem(500, `An exporter failed: ${message.message}`);
    return message;
  }

  const task: Task = {
    kind: 'task',
    source,
    isTypeScript,
    context: context === null ? null : JSON.stringify(context),
  };
  const tell = (message: ToExporter) => {
    // A process that has ended says so by its exit.
    child.send(message, () => {});
  };
  tell(task);
  return { next, tell, end };
}

/** V8 ends a process that is out of memory as a fault (by a signal, or the status that stands for it). */
function whyEnded(code: number | null, signal: NodeJS.Signals | null): string {
  const isFault = code === 134 || signal === 'SIGABRT' || signal === 'SIGTRAP' || signal === 'SIGILL';
  return isFault ? 'it needs too much memory' : 'it ended early';
}
