import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseStix1Xml, readStix1, writeStix1 } from '@magpie/formats';
import { typeFacts } from '@magpie/model';
import { acceptedStix1 } from './accepted-stix1.ts';
import { comparePackages, partsOf } from './compare-packages.ts';
import { stixEvent, templatesIn } from './convert.ts';
import { templateEvents, typeEvents } from './generate.ts';
import { readEvents } from './published-events.ts';

type Json = Record<string, unknown>;

const help = `Compares Magpie's STIX 1.1.1 with misp-stix's, validates it, loads it in python-stix, and reads it back.

node tests/stix/run-stix1.ts --python PATH [--only PATTERN]
  --python PATH   a Python with the requirements of requirements.json; with stix-validator for the schemas
  --only PATTERN  events whose name matches the regular expression
`;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const shared = fileURLToPath(new URL('../../../shared', import.meta.url));
const ORGANISATION = 'Alpha CERT';

if (options.help || options.python === undefined) process.stdout.write(help);
else process.exitCode = await main(options.python);

async function main(python: string): Promise<number> {
  const failures: string[] = [];
  const skipped = new Set<string>();
  let passed = 0;
  const templates = existsSync(shared) ? templatesIn(join(shared, 'content', 'objects')) : undefined;
  const ask = startTools(python);
  for (const { name, event } of events(skipped)) {
    const found: string[] = [];
    const json: Json = JSON.parse(await write(event, 'json'));
    const xml = await write(event, 'xml');
    const theirs = await ask({ action: 'export', event, organisation: ORGANISATION });
    if (isJson(theirs.package)) found.push(...comparePackages(partsOf(theirs.package), partsOf(innerPackage(json))));
    const loaded = await ask({ action: 'load', xml });
    if (loaded.raised !== undefined) found.push(`load: ${String(loaded.raised)}`);
    const valid = await ask({ action: 'validate', xml });
    if (typeof valid.skipped === 'string') skipped.add(valid.skipped);
    else if (valid.valid !== true) found.push(`schema: ${JSON.stringify(valid.problems ?? valid.raised)}`);
    const readers = { galaxiesAsTags: true, organisationUuid: '', ...(templates ? { templates } : {}) };
    const categoryOf = (type: string) => typeFacts(type)?.defaultCategory ?? null;
    const reading = { ...readers, categoryOf, today: '2026-01-01' };
    const fromXml = readStix1(parseStix1Xml(xml).json, reading);
    const fromJson = readStix1(json, reading);
    if (JSON.stringify(fromXml.event) !== JSON.stringify(fromJson.event)) found.push('read: XML and JSON differ');
    if (fromXml.event.uuid !== event.uuid || fromXml.event.info !== event.info) found.push('read: another event');
    const open = found.filter((line) => !acceptedStix1.some(({ line: known }) => known.test(`${name} ${line}`)));
    if (open.length === 0) passed += 1;
    else failures.push(...open.map((line) => `${name} ${line}`));
  }
  ask.end();
  for (const line of failures.slice(0, 200)) process.stdout.write(`${line}\n`);
  for (const reason of skipped) process.stdout.write(`skipped: ${reason}\n`);
  process.stdout.write(`stix 1: ${passed} passed, ${failures.length} differences, ${skipped.size} skipped\n`);
  const report = process.env.MAGPIE_TEST_REPORT;
  const named = [...skipped].map((reason) => ({ name: 'STIX 1', reason }));
  if (report !== undefined) {
    writeFileSync(report, JSON.stringify({ passed, failed: failures.length, failures, skipped: named }));
  }
  return failures.length === 0 ? 0 : 1;
}

function* events(skipped: Set<string>): Generator<{ name: string; event: Json }> {
  const wanted = new RegExp(options.only);
  const all = typeEvents().map((event) => ({ name: String(event.info), event }));
  if (existsSync(shared)) {
    all.push(
      ...templateEvents(join(shared, 'content', 'objects')).map((event) => ({ name: String(event.info), event })),
    );
    all.push(...readEvents(join(shared, 'data', 'events')));
  } else skipped.add('templates and published events are not there');
  for (const one of all) if (wanted.test(one.name)) yield one;
}

async function write(event: Json, form: 'json' | 'xml'): Promise<string> {
  async function* one() {
    yield stixEvent(event);
  }
  const packageUuid = String(event.uuid);
  const given = { organisation: ORGANISATION, baseUrl: 'https://misp.example', now: new Date(0), packageUuid };
  let text = '';
  for await (const piece of writeStix1(one(), { form, version: '1.1.1', ...given })) text += piece;
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

/** The Python tools, asked one thing after the other. */
function startTools(python: string): ((request: Json) => Promise<Json>) & { end: () => void } {
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
