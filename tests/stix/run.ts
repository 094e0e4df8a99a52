import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Accepted, acceptedAs } from './accepted.ts';
import { compareBundles } from './compare-bundles.ts';
import { compareEvents } from './compare-events.ts';
import { fromStix, templatesIn, toStix } from './convert.ts';
import { richEvent, templateEvents, typeEvents } from './generate.ts';
import { askTools } from './oracle.ts';
import { page } from './page.ts';
import { readEvents } from './published-events.ts';
import { elementsOf } from './what-is-read.ts';

type Json = Record<string, unknown>;
type Version = '2.0' | '2.1';

const help = `Compares Magpie's STIX 2.0 and 2.1 with misp-stix's, validates it, and reads it back.

node tests/stix/run.ts --python PATH [options]
  --python PATH   a Python with the requirements of requirements.json
  --only PATTERN  events whose name matches the regular expression
  --lines FILE    writes every difference there, accepted or not, one JSON value a line
  --write-page    writes docs/compatibility/stix.md
`;

const { values: options } = parseArgs({
  options: {
    python: { type: 'string' },
    only: { type: 'string', default: '' },
    lines: { type: 'string' },
    'write-page': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const root = fileURLToPath(new URL('../../', import.meta.url));
const shared = join(root, '..', 'shared');
const pageFile = join(root, 'docs', 'compatibility', 'stix.md');

/** Every difference met, for `--lines`. */
const met: { where: string; name: string; line: string; accepted: string | null }[] = [];

const results = { passed: 0, failures: [] as string[], skipped: [] as { name: string; reason: string }[] };

if (options['write-page']) writePage();
if (options.help || (options.python === undefined && !options['write-page'])) process.stdout.write(help);
else if (options.python !== undefined) process.exitCode = await main(options.python);

function versions(): string {
  const requirements: string[] = JSON.parse(readFileSync(new URL('requirements.json', import.meta.url), 'utf8'));
  return requirements.map((one) => one.replace('==', ' ')).join(', ');
}

function writePage(): void {
  mkdirSync(dirname(pageFile), { recursive: true });
  writeFileSync(pageFile, page(versions()));
}

async function main(python: string): Promise<number> {
  const isCurrent = existsSync(pageFile) && readFileSync(pageFile, 'utf8') === page(versions());
  check('docs/compatibility/stix.md is up to date', isCurrent ? [] : ['run node tests/stix/run.ts --write-page']);
  const only = new RegExp(options.only);
  const events = collect().filter(({ name }) => only.test(name));
  const templates = existsSync(join(shared, 'content')) ? templatesIn(join(shared, 'content', 'objects')) : undefined;
  for (const version of ['2.1', '2.0'] as const) {
    const ours = new Map<string, { objects: Json[] } & Json>();
    for (const { name, event } of events) ours.set(name, await toStix(event, version));
    const written = await askTools(
      python,
      events.map(({ name, event }) => request('export', name, version, { event: { Event: event } })),
    );
    compareWritten(version, events, written, ours);
    const further = await askTools(
      python,
      events.flatMap(({ name }) => furtherRequests(version, name, ours, written)),
    );
    compareFurther(version, events, further);
    for (const { name, event } of events) {
      const read = fromStix(ours.get(name) ?? {}, templates);
      const lines = [...compareEvents(event, read.event), ...read.notTaken.map(({ id, reason }) => `${id}: ${reason}`)];
      check(`${name}: MISP to STIX ${version} and back`, lines);
      compareReaders(version, name, written, further, templates);
    }
  }
  return report();
}

interface Named {
  readonly name: string;
  readonly event: Json;
}

function collect(): Named[] {
  const named = (events: readonly Json[]) => events.map((event) => ({ name: String(event.info), event }));
  const generated = [...named(typeEvents()), ...named([richEvent()])];
  if (!existsSync(shared)) {
    results.skipped.push({ name: 'published events and object templates', reason: 'the shared files are not there' });
    return generated;
  }
  return [
    ...generated,
    ...named(templateEvents(join(shared, 'content', 'objects'))),
    ...readEvents(join(shared, 'data', 'events')),
  ];
}

function request(action: string, name: string, version: Version, fields: Json): Json {
  return { id: `${action} ${name}`, action, version, ...fields };
}

/** Objects of templates without a mapping are all alike; one of their kind is enough for the slow validator. */
function isMapped(bundle: { objects: Json[] } | undefined): boolean {
  if (bundle === undefined) return false;
  return bundle.objects.some(({ type }) => !['identity', 'grouping', 'report', 'x-misp-object'].includes(String(type)));
}

function furtherRequests(
  version: Version,
  name: string,
  ours: ReadonlyMap<string, { objects: Json[] } & Json>,
  written: ReadonlyMap<string, Json>,
): Json[] {
  const bundle = ours.get(name);
  const theirs = written.get(`export ${name}`)?.bundle;
  return [
    ...(isMapped(bundle) ? [request('validate', name, version, { bundle })] : []),
    request('read', name, version, { bundle }),
    ...(theirs === undefined ? [] : [request('read', `own ${name}`, version, { bundle: theirs })]),
  ];
}

function compareWritten(
  version: Version,
  events: readonly Named[],
  written: ReadonlyMap<string, Json>,
  ours: ReadonlyMap<string, { objects: Json[] }>,
): void {
  for (const { name, event } of events) {
    const answer = written.get(`export ${name}`);
    const bundle = answer?.bundle;
    const theirs = typeof bundle === 'object' && bundle !== null && 'objects' in bundle ? bundle.objects : null;
    if (!Array.isArray(theirs)) {
      const lines = [`${name} misp-stix wrote nothing: ${answer?.raised ?? ''}`];
      check(`${name}: STIX ${version} as misp-stix writes it`, unaccepted('written', name, lines));
      continue;
    }
    const differences = compareBundles(theirs, ours.get(name)?.objects ?? []);
    const lines = differences.map(({ type, id, what }) => `${version} ${name} ${type} ${what} ${typeOf(event, id)}`);
    check(`${name}: STIX ${version} as misp-stix writes it`, unaccepted('written', name, lines));
  }
}

/** The type of the attribute that an object of a bundle is named after, for the tables. */
function typeOf(event: Json, id: string): string {
  const attributes = Array.isArray(event.Attribute) ? event.Attribute : [];
  return attributes.find(({ uuid }) => id.endsWith(uuid))?.type ?? '';
}

function compareFurther(version: Version, events: readonly Named[], answers: ReadonlyMap<string, Json>): void {
  for (const { name } of events) {
    const validated = answers.get(`validate ${name}`);
    if (validated !== undefined) {
      const problems = Array.isArray(validated.problems) ? validated.problems.map(String) : [];
      const raised = validated.raised === undefined ? [] : [`stix2 does not load it: ${validated.raised}`];
      check(`${name}: STIX ${version} is valid and loads`, unaccepted('validated', name, [...raised, ...problems]));
    }
    const read = answers.get(`read ${name}`);
    const own = answers.get(`read own ${name}`)?.event;
    const event = read?.event;
    const lines = isJson(event)
      ? compareEvents(isJson(own) ? plain(own) : {}, plain(event), { membersByValue: true })
      : [`misp-stix does not read it: ${read?.raised}`];
    const marked = lines.map((line) => `${version} ${name} ${line}`);
    // What misp-stix did not write, there is nothing to compare with.
    const isComparable = isJson(own) || !isJson(event);
    check(`${name}: misp-stix reads STIX ${version} back`, isComparable ? unaccepted('read back', name, marked) : []);
  }
}

/** What misp-stix reads of its own bundle, Magpie reads of it as well. */
function compareReaders(
  version: Version,
  name: string,
  written: ReadonlyMap<string, Json>,
  answers: ReadonlyMap<string, Json>,
  templates: Parameters<typeof fromStix>[1],
): void {
  const bundle = written.get(`export ${name}`)?.bundle;
  const own = answers.get(`read own ${name}`)?.event;
  if (!isJson(bundle) || !isJson(own)) return;
  const found = elementsOf(fromStix(bundle, templates).event);
  const lost = [...elementsOf(own)].filter((line) => !found.has(line));
  const marked = lost.map((line) => `${version} ${name} ${line}`);
  check(`${name}: Magpie reads misp-stix's STIX ${version}`, unaccepted('read by Magpie', name, marked));
}

/** Without the uuids of references, which misp-stix makes anew whenever it reads. */
function plain(event: Json): Json {
  const objects = Array.isArray(event.Object) ? event.Object : [];
  return {
    ...event,
    Object: objects.map((object) => ({
      ...object,
      ObjectReference: (object.ObjectReference ?? []).map(({ uuid: _made, ...reference }: Json) => reference),
    })),
  };
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function unaccepted(where: Accepted['in'], name: string, lines: readonly string[]): string[] {
  return lines.filter((line) => {
    const spellings = where === 'validated' ? [line, `${name} ${line}`] : [line, line.replace(/^2\.\d /, '')];
    const entry = spellings.map((one) => acceptedAs(where, one)).find((one) => one !== undefined);
    met.push({ where, name, line, accepted: entry?.what ?? null });
    return entry === undefined;
  });
}

function check(name: string, lines: readonly string[]): void {
  if (lines.length === 0) results.passed += 1;
  else
    results.failures.push(
      `${name}: ${lines.slice(0, 3).join('; ').slice(0, 600)}${lines.length > 3 ? ` and ${lines.length - 3} more` : ''}`,
    );
}

function report(): number {
  const { passed, failures, skipped } = results;
  for (const failure of failures) process.stdout.write(`FAILED ${failure}\n`);
  process.stdout.write(`STIX 2: ${passed} passed, ${failures.length} failed, ${skipped.length} skipped\n`);
  if (options.lines !== undefined) writeFileSync(options.lines, met.map((one) => `${JSON.stringify(one)}\n`).join(''));
  const file = process.env.MAGPIE_TEST_REPORT;
  if (file !== undefined) writeFileSync(file, JSON.stringify({ passed, failed: failures.length, failures, skipped }));
  return failures.length === 0 ? 0 : 1;
}
