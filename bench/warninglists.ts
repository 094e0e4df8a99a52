/**
 * A million values against every warninglist of the library, on one core, in the matchers as the server holds them.
 *
 *   node bench/warninglists.ts --lists FOLDER [--values 1000000]
 *
 * FOLDER has the library's files (`<name>/list.json`). The baseline is what one would write first: a Set for each list
 * of strings and hosts, a loop over its entries for the other kinds.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { RE2JS } from 're2js';
import {
  type ActiveWarninglist,
  gatherActiveLists,
} from '../packages/server/src/features/knowledge/warninglists/active-lists.ts';
import { parseRange } from '../packages/server/src/features/knowledge/warninglists/address-range.ts';
import {
  createListCompiler,
  isUsableEntry,
  type WarninglistType,
} from '../packages/server/src/features/knowledge/warninglists/compiled-list.ts';
import { runSliced } from '../packages/server/src/features/knowledge/warninglists/matching/run-sliced.ts';
import { randomHex, seededRandom } from './lib/random.ts';

const BARS = { valuesASecond: 100_000, bytes: 150 * 2 ** 20, pauseMs: 50 };
const BASELINE_VALUES = 60;

interface ListFile {
  name: string;
  type: WarninglistType;
  entries: string[];
}

async function readLists(folder: string): Promise<ListFile[]> {
  const lists: ListFile[] = [];
  for (const directory of (await readdir(folder)).sort()) {
    const file: { name: string; type: WarninglistType; list: string[] | Record<string, string> } = JSON.parse(
      await readFile(join(folder, directory, 'list.json'), 'utf8'),
    );
    const entries = Array.isArray(file.list) ? file.list : Object.keys(file.list);
    lists.push({ name: file.name, type: file.type, entries: entries.map(String) });
  }
  return lists;
}

/** One in ten is listed; the others are what events are made of. */
function* makeValues(count: number, lists: readonly ListFile[]): Generator<string> {
  const random = seededRandom(11);
  const listed = lists.flatMap((list) => (list.type === 'regex' ? [] : list.entries.slice(0, 200)));
  for (let n = 0; n < count; n += 1) {
    if (n % 10 === 9) {
      yield listed[Math.floor(random() * listed.length)] ?? '';
      continue;
    }
    const name = randomHex(random, 12);
    switch (n % 6) {
      case 0:
        yield `${name}.example.com`;
        break;
      case 1:
        yield [1, 2, 3, 4].map(() => 1 + Math.floor(random() * 254)).join('.');
        break;
      case 2:
        yield `https://www.${name}.org/${randomHex(random, 8)}`;
        break;
      case 3:
        yield randomHex(random, 64);
        break;
      case 4:
        yield `${name}@mail.example.net`;
        break;
      default:
        yield `2001:db8:${randomHex(random, 4)}::${randomHex(random, 4)}`;
    }
  }
}

async function compileAll(lists: readonly ListFile[]) {
  const active: ActiveWarninglist[] = [];
  for (const [index, { name, type, entries }] of lists.entries()) {
    const builder = createListCompiler(type);
    for (const value of entries) builder.add({ value, comment: null });
    const compiled = await runSliced(builder.compile());
    active.push({ id: index + 1, name, category: 'known', types: new Set(['ALL']), compiled });
  }
  return runSliced(gatherActiveLists(active));
}

/** What one list says to a value, entry by entry or by a Set. */
function naiveMatch({ type, entries }: ListFile): (value: string) => boolean {
  switch (type) {
    case 'string': {
      const known = new Set(entries);
      return (value) => known.has(value);
    }
    case 'hostname': {
      const known = new Set(entries.map((entry) => entry.toLowerCase().replaceAll(/^\.+|\.+$/g, '')));
      return (value) => {
        const host = (value.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '').split('/')[0] ?? '').replace(/\.$/, '');
        const labels = host.split('.');
        return labels.some((_, index) => known.has(labels.slice(index).join('.')));
      };
    }
    case 'substring':
      return (value) => entries.some((entry) => value.includes(entry));
    case 'cidr': {
      const ranges = entries.flatMap((entry) => parseRange(entry) ?? []);
      return (value) => {
        const asked = parseRange(value);
        if (asked === null) return false;
        return ranges.some(({ bits, prefix, network }) => {
          const rest = BigInt(bits - prefix);
          return bits === asked.bits && prefix <= asked.prefix && asked.network >> rest === network >> rest;
        });
      };
    }
    case 'regex': {
      const usable = entries.filter((entry) => isUsableEntry(type, entry));
      const expressions = usable.map((entry) => RE2JS.compile(entry.slice(1, entry.lastIndexOf('/'))));
      return (value) => expressions.some((expression) => expression.test(value));
    }
  }
}

const { values: options } = parseArgs({
  options: { lists: { type: 'string' }, values: { type: 'string', default: '1000000' } },
});
if (options.lists === undefined) throw new Error('--lists is missing');
const lists = await readLists(options.lists);
const entries = lists.reduce((sum, list) => sum + list.entries.length, 0);
console.log(`${lists.length} lists, ${entries} entries`);

const pauses = monitorEventLoopDelay({ resolution: 1 });
pauses.enable();
const compileStarted = performance.now();
const active = await compileAll(lists);
const compileMs = performance.now() - compileStarted;
pauses.disable();
console.log(
  `compiled in ${compileMs.toFixed(0)} ms; longest pause ${(pauses.max / 1e6).toFixed(0)} ms (bar: ${BARS.pauseMs} ms)`,
);
console.log(`matchers: ${(active.bytes / 2 ** 20).toFixed(1)} MB (bar: ${BARS.bytes / 2 ** 20} MB)`);

const count = Number(options.values);
// As values come from the database: each in one piece, not put together from parts.
const asked = [...makeValues(count, lists)].map((value) => Buffer.from(value).toString());
let hits = 0;
const before = process.cpuUsage();
const started = performance.now();
for (const value of asked) if (active.hits(value, null).length > 0) hits += 1;
const seconds = (performance.now() - started) / 1000;
const processorSeconds = process.cpuUsage(before).user / 1e6;
console.log(
  `${count} values against all lists: ${(count / seconds).toFixed(0)} values/s, ${hits} hit (bar: ${BARS.valuesASecond})`,
);
console.log(`by processor time: ${(count / processorSeconds).toFixed(0)} values/s`);

const naive = lists.map(naiveMatch);
const few = asked.slice(0, BASELINE_VALUES);
const naiveStarted = performance.now();
const expected = few.map((value) => naive.filter((match) => match(value)).length);
const naiveSeconds = (performance.now() - naiveStarted) / 1000;
console.log(`baseline, entry by entry: ${(few.length / naiveSeconds).toFixed(0)} values/s`);
const differing = few.filter((value, index) => active.hits(value, null).length !== expected[index]);
if (differing.length > 0) throw new Error(`other hits than the baseline: ${differing.slice(0, 5).join(', ')}`);
