import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import {
  type DocumentFormat,
  DocumentRefused,
  type Found,
  type NotTaken,
  readDocument,
  type StixDocument,
  type StixKnowledge,
} from '@magpie/formats/readers';
import { findIndicators } from '@magpie/model';
import { Invalid } from '../../../errors.ts';
import type { FindLists, FromReader, ReadingTask } from './reading-task.ts';
import { createSummary, csvPreview } from './summarise.ts';

/** As many items go over to the main thread at once: taking them takes it some milliseconds. */
const ITEMS = 1_000;
const LISTS = ['Attribute', 'Object', 'EventReport'];

/** Says something and waits to be told to go on, so that nothing piles up. Returns the answer. */
async function say(message: FromReader): Promise<unknown> {
  if (parentPort === null) throw new Error('this file is the start of a thread');
  const answered = once(parentPort, 'message');
  parentPort.postMessage(message);
  const [answer]: unknown[] = await answered;
  return answer;
}

async function readStixText(text: string): Promise<StixDocument> {
  const { parseStix, readStix, stixNames } = await import('@magpie/formats/stix');
  const document = parseStix(text);
  const knowledge = await say({ kind: 'stix names', names: stixNames(document) });
  if (!isKnowledge(knowledge)) throw new Error('the names of a STIX document were not looked up');
  const read = readStix(document, knowledge);
  await say({ kind: 'stix version', version: read.version });
  return read;
}

function isKnowledge(answer: unknown): answer is StixKnowledge {
  return typeof answer === 'object' && answer !== null && 'clusters' in answer && 'templates' in answer;
}

async function readHtml(html: string, url: string): Promise<{ title: string; markdown: string }> {
  // Loaded for pages alone: it takes longer than reading most files.
  const { readablePage } = await import('../../intelligence/event-reports/web-page.ts');
  try {
    return readablePage(html, url);
  } catch (cause) {
    if (cause instanceof Invalid) throw new DocumentRefused(String(cause.fields), { cause });
    throw cause;
  }
}

type FileTask = Exclude<ReadingTask, { kind: 'indicators' }>;

function partsOf(task: FileTask, onFormat: (format: DocumentFormat) => void): AsyncGenerator<Found> {
  const { fileName, bytes, format, csv, rows } = task;
  return readDocument(bytes, {
    fileName,
    readHtml: (html) => readHtml(html, task.pageUrl ?? 'about:blank'),
    readStix: readStixText,
    onFormat,
    freeText: task.lists ?? {},
    ...(format === undefined ? {} : { format }),
    ...(csv === undefined ? {} : { csv }),
    ...(rows === undefined ? {} : { rows }),
  });
}

async function sayDocument(task: FileTask): Promise<void> {
  let format: DocumentFormat | null = null;
  let left: NotTaken[] = [];
  const sayLeft = async () => {
    if (left.length > 0) await say({ kind: 'left', left });
    left = [];
  };
  const parts = partsOf(task, (found) => {
    format = found;
  });
  try {
    for await (const part of parts) {
      if (format !== null) await say({ kind: 'format', format });
      format = null;
      if (part.kind === 'event') {
        await sayLeft();
        await sayEvent(part.event);
      } else {
        left.push({ path: part.path, reason: part.reason });
        if (left.length === ITEMS) await sayLeft();
      }
    }
  } finally {
    // What was left out before the rest could not be read is told, too.
    await sayLeft();
  }
}

async function sayEvent(event: Record<string, unknown>): Promise<void> {
  const rest = { ...event };
  for (const key of LISTS) {
    const list = event[key];
    if (!Array.isArray(list) || list.length <= ITEMS) continue;
    delete rest[key];
    for (let start = 0; start < list.length; start += ITEMS) {
      await say({ kind: 'members', key, items: list.slice(start, start + ITEMS) });
    }
  }
  await say({ kind: 'event', event: rest });
}

async function saySummary(task: FileTask): Promise<void> {
  const summary = createSummary();
  let format: DocumentFormat = 'text';
  for await (const part of partsOf(task, (found) => {
    format = found;
  })) {
    if (part.kind === 'event') summary.addEvent(part.event);
    else summary.refuse(part.path, part.reason);
  }
  const csv = csvPreview(task.bytes, format, task.csv ?? {});
  await say({ kind: 'summary', summary: { ...summary.result(), format, csv } });
}

async function sayIndicators(text: string, lists: FindLists): Promise<void> {
  const found = findIndicators(text, lists);
  for (let start = 0; start < found.length; start += ITEMS) {
    await say({ kind: 'indicators', indicators: found.slice(start, start + ITEMS) });
  }
}

async function run(task: ReadingTask): Promise<void> {
  try {
    if (task.kind === 'indicators') await sayIndicators(task.text, task.lists);
    else if (task.kind === 'summary') await saySummary(task);
    else await sayDocument(task);
    await say({ kind: 'done' });
  } catch (error: unknown) {
    // A stack that is exhausted is the file's doing: parsers of pages and PDFs call themselves.
    if (error instanceof RangeError) await say({ kind: 'refused', message: 'The file is too deeply nested.' });
    else if (error instanceof DocumentRefused) await say({ kind: 'refused', message: error.message });
    else throw error;
  }
}

await run(workerData);
