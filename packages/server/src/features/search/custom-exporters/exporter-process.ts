import { stripTypeScriptTypes } from 'node:module';
import { createContext, runInContext, SourceTextModule } from 'node:vm';
import { INSIDE } from './inside.ts';
import type { ExporterFormat, FromExporter, Task, ToExporter } from './protocol.ts';

/**
 * The process of one exporter, for one export. Two walls stand around its file. It runs in a context of its own that
 * has the language and nothing else: no modules, no process, no network, no timers; nothing but texts goes through
 * (`INSIDE`). And the process was started without rights to files, programs, threads and environment, and makes no
 * code of texts, in case that somebody finds a way out of the context.
 */

/** Characters of one piece: it is in memory as a whole. */
const MOST_TEXT = 8_000_000;
const MOST_MESSAGE = 500;

/** What the code inside gives: texts go in by `tell`, and come out by the function it was made with. */
interface Inside {
  run(exporter: unknown, context: string | null): void;
  tell(text: string | null): void;
  describe(error: unknown): string;
}

async function run({ source, isTypeScript, context }: Task): Promise<void> {
  const realm = createContext(Object.create(null), {
    name: 'exporter',
    codeGeneration: { strings: false, wasm: false },
  });
  const open: (send: (kind: string, text: string) => void) => Inside = runInContext(INSIDE, realm);
  const inside = open(receive);
  process.on('message', (message: ToExporter) => {
    if (message.kind === 'answer') inside.tell(message.rows);
  });
  try {
    const code = isTypeScript ? stripTypeScriptTypes(source) : source;
    const module = new SourceTextModule(code, { context: realm, identifier: 'exporter' });
    await module.link(() => {
      throw new Error('it must import nothing');
    });
    await module.evaluate();
    inside.run(module.namespace, context);
  } catch (error) {
    fail(inside.describe(error));
  }
}

function receive(kind: string, text: string): void {
  switch (kind) {
    case 'format':
      tellFormat(text);
      break;
    case 'piece':
      if (text.length > MOST_TEXT) fail(`a piece has more than ${MOST_TEXT} characters`);
      else tell({ kind, text });
      break;
    case 'wants':
    case 'done':
      tell({ kind });
      break;
    default:
      fail(text);
  }
}

function tellFormat(text: string): void {
  try {
    tell({ kind: 'format', format: readFormat(JSON.parse(text)) });
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

function readFormat(sent: unknown): ExporterFormat {
  if (typeof sent !== 'object' || sent === null) throw new Error('it exports no object `format`');
  const { contentType, extension, scopes, restrictive }: Partial<Record<string, unknown>> = { ...sent };
  if (typeof contentType !== 'string' || !/^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/.test(contentType)) {
    throw new Error('`format.contentType` must be a media type');
  }
  if (typeof extension !== 'string' || !/^\w{1,10}$/.test(extension)) {
    throw new Error('`format.extension` must be a file extension without a dot');
  }
  const known = (Array.isArray(scopes) ? scopes : ['events', 'attributes']).filter(
    (scope) => scope === 'events' || scope === 'attributes',
  );
  return { contentType, extension, scopes: known, restrictive: restrictive === true };
}

function fail(message: string): void {
  tell({ kind: 'failed', message: message.slice(0, MOST_MESSAGE) });
}

function tell(message: FromExporter): void {
  process.send?.(message);
}

// Nobody is left to write for.
process.once('disconnect', () => process.exit(0));
process.once('message', (message: ToExporter) => {
  if (message.kind === 'task') void run(message);
});
