import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseStix1Xml, type ReadOptions, readStix1, writeStix1 } from '@magpie/formats';
import { typeFacts } from '@magpie/model';
import { acceptedStix1 } from './accepted-stix1.ts';
import { compareEvents } from './compare-events.ts';
import { comparePackages, partsOf } from './compare-packages.ts';
import { stixEvent, templatesIn } from './convert.ts';
import { richEvent, templateEvents, typeEvents } from './generate.ts';
import { readEvents } from './published-events.ts';

type Json = Record<string, unknown>;

const help = `Compares Magpie's STIX 1.1.1 and 1.2 with misp-stix's, validates it, loads it in python-stix, and has both read it back.

node tests/stix/run-stix1.ts --python PATH [options]
  --python PATH   a Python with the requirements of requirements.json; with stix-validator for the schemas
  --only PATTERN  events whose name matches the regular expression
  --lines FILE    writes every difference there, accepted or not, one JSON value a line
`;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    only: { type: 'string', default: '' },
    lines: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const shared = fileURLToPath(new URL('../../../shared', import.meta.url));
// misp-stix cannot read objects where the prefix of ids has an underscore, be it its own.
const ORGANISATION = 'AlphaCERT';
const versions = ['1.1.1', '1.2'] as const;

/** Every difference met, for `--lines`. */
const met: { version: Version; line: string }[] = [];

if (options.help || options.python === undefined) process.stdout.write(help);
else process.exitCode = await main(options.python);

type Version = '1.1.1' | '1.2';

async function main(python: string): Promise<number> {
  const failures: string[] = [];
  const skipped = new Set<string>();
  let passed = 0;
  const templates = existsSync(shared) ? templatesIn(join(shared, 'content', 'objects')) : undefined;
  const asks = [startTools(python), startTools(python)];
  const waiting = versions.flatMap((version) => [...events(skipped)].map((one) => ({ ...one, version })));
  // Two processes take what is next.
  const work = async (ask: Ask) => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, event, version } = next;
      const found = await examine(ask, event, version, templates, skipped);
      met.push(...found.map((line) => ({ version, line: `${name} ${line}` })));
      const open = found.filter((line) => !acceptedStix1.some(({ line: known }) => known.test(`${name} ${line}`)));
      if (open.length === 0) passed += 1;
      else failures.push(...open.map((line) => `${version} ${name} ${line}`));
    }
  };
  await Promise.all(asks.map(work));
  for (const ask of asks) ask.end();
  for (const line of failures.slice(0, 200)) process.stdout.write(`${line}\n`);
  for (const reason of skipped) process.stdout.write(`skipped: ${reason}\n`);
  process.stdout.write(`stix 1: ${passed} passed, ${failures.length} differences, ${skipped.size} skipped\n`);
  if (options.lines !== undefined) writeFileSync(options.lines, met.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const report = process.env.MAGPIE_TEST_REPORT;
  const named = [...skipped].map((reason) => ({ name: 'STIX 1', reason }));
  if (report !== undefined) {
    writeFileSync(report, JSON.stringify({ passed, failed: failures.length, failures, skipped: named }));
  }
  return failures.length === 0 ? 0 : 1;
}

/** What is wrong with, or differs in, Magpie's documents of an event: a line each. */
async function examine(
  ask: Ask,
  event: Json,
  version: Version,
  templates: ReadOptions['templates'],
  skipped: Set<string>,
): Promise<string[]> {
  const json: Json = JSON.parse(await write(event, 'json', version));
  const xml = await write(event, 'xml', version);
  const found: string[] = [];
  const theirs = await ask({ action: 'export', event, organisation: ORGANISATION, version });
  if (isJson(theirs.package)) found.push(...comparePackages(partsOf(theirs.package), partsOf(innerPackage(json))));
  else found.push(`written: misp-stix wrote nothing: ${String(theirs.raised)}`);
  const loaded = await ask({ action: 'load', xml });
  if (loaded.raised !== undefined) found.push(`load: ${String(loaded.raised)}`);
  else if (loaded.version !== version) found.push(`load: version ${String(loaded.version)}`);
  const valid = await ask({ action: 'validate', xml, version });
  if (typeof valid.skipped === 'string') skipped.add(valid.skipped);
  else if (valid.valid !== true) found.push(`schema: ${JSON.stringify(valid.problems ?? valid.raised)}`);
  const back = await ask({ action: 'read', xml });
  if (isJson(back.event) && isJson(theirs.read)) {
    const lines = compareEvents(ownIds(theirs.read), ownIds(back.event), {
      membersByValue: true,
      referencesByEnds: true,
    });
    found.push(...lines.map((line) => `read back: ${line}`));
  } else {
    const own = String(theirs.unread ?? 'read');
    const ours = String(back.raised ?? 'read');
    found.push(own === ours ? `read back: neither: ${own}` : `read back: its own: ${own}; Magpie’s: ${ours}`);
  }
  found.push(...ownReading(event, xml, json, templates));
  return found;
}

/** Without the uuids that misp-stix makes anew whenever it reads: of the event, and of names of machines. */
function ownIds(event: Json): Json {
  const attributes = Array.isArray(event.Attribute) ? event.Attribute : [];
  return {
    ...event,
    uuid: '',
    Attribute: attributes.map((one: Json) =>
      one.type === 'target-machine' ? { ...one, uuid: `made for ${one.value}` } : one,
    ),
  };
}

/** What is wrong with Magpie's reading of its own documents. */
function ownReading(event: Json, xml: string, json: Json, templates: ReadOptions['templates']): string[] {
  const found: string[] = [];
  const readers = { galaxiesAsTags: true, organisationUuid: '', ...(templates ? { templates } : {}) };
  const categoryOf = (type: string) => typeFacts(type)?.defaultCategory ?? null;
  const reading = { ...readers, categoryOf, today: '2026-01-01' };
  const fromXml = readStix1(parseStix1Xml(xml).json, reading);
  const fromJson = readStix1(json, reading);
  if (JSON.stringify(fromXml.event) !== JSON.stringify(fromJson.event)) found.push('read: XML and JSON differ');
  if (fromXml.event.uuid !== event.uuid || fromXml.event.info !== event.info) found.push('read: another event');
  return found;
}

function* events(skipped: Set<string>): Generator<{ name: string; event: Json }> {
  const wanted = new RegExp(options.only);
  const all = [...typeEvents(), richEvent()].map((event) => ({ name: String(event.info), event }));
  if (existsSync(shared)) {
    all.push(
      ...templateEvents(join(shared, 'content', 'objects')).map((event) => ({ name: String(event.info), event })),
    );
    all.push(...readEvents(join(shared, 'data', 'events')));
  } else skipped.add('templates and published events are not there');
  for (const one of all) if (wanted.test(one.name)) yield one;
}

async function write(event: Json, form: 'json' | 'xml', version: Version): Promise<string> {
  async function* one() {
    yield stixEvent(event);
  }
  const packageUuid = String(event.uuid);
  const given = {
    organisation: ORGANISATION,
    baseUrl: 'https://misp.example',
    now: new Date(0),
    packageUuid,
  };
  let text = '';
  for await (const piece of writeStix1(one(), { form, version, ...given })) text += piece;
  return text;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function innerPackage(outer: Json): Json {
  const related = isJson(outer.related_packages) ? outer.related_packages.related_packages : [];
  const [first] = Array.isArray(related) ? related : [];
  if (!isJson(first) || !isJson(first.package)) throw new Error('the document holds no package of an event');
  return first.package;
}

/** A process of the Python tools. */
type Ask = ((request: Json) => Promise<Json>) & { end: () => void };

/** The Python tools, asked one thing after the other. */
function startTools(python: string): Ask {
  const script = fileURLToPath(new URL('oracle1.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (request: Json): Promise<Json> => {
    child.stdin.write(`${JSON.stringify({ id: 1, ...request })}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python tools ended');
    return JSON.parse(value);
  };
  return Object.assign(ask, { end: () => child.stdin.end() });
}
