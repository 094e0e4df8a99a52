import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stopOwnCluster } from '@magpie/testkit';
import { readRatchet, writeRatchet } from './ratchet.ts';
import { areaOf, hasRecording, readRecording, recordingFolder } from './recording.ts';
import { isFailure, renderPage, renderVerbose, summary, tally } from './report.ts';
import { type Result, replay } from './run.ts';
import { startTarget } from './target.ts';

const pageFile = fileURLToPath(new URL('../../docs/compatibility/golden.md', import.meta.url));

const help = `Replays the recorded exchanges of a real MISP against a fresh Magpie.

node tests/golden/replay.ts [options]
  --area NAME       report only this area (may be given several times); what it builds on is sent too
  --id ID           report only this exchange, in full
  --verbose         print every difference of the exchanges that do not pass
  --accepted        print every difference of the exchanges that are accepted as a whole
  --groups          count the differences by kind and place, most frequent first
  --url URL --key K against a running instance in its start state (a site administrator's key)
  --write           write ratchet.json and docs/compatibility/golden.md
`;

const { values: options } = parseArgs({
  options: {
    area: { type: 'string', multiple: true },
    id: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    accepted: { type: 'boolean', default: false },
    groups: { type: 'boolean', default: false },
    url: { type: 'string' },
    key: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (options.help) print(help);
else process.exitCode = await main().finally(stopOwnCluster);

async function main(): Promise<number> {
  if (!hasRecording()) {
    print(`golden: 0 passed, 0 failed, 1 skipped\nThe recorded exchanges are not there: ${recordingFolder}`);
    return 0;
  }
  const areas = options.id === undefined ? options.area : [areaOf(options.id)];
  const target = await startTarget(options);
  let results: Result[];
  try {
    results = await replay(readRecording(), target, areas);
  } finally {
    await target.stop();
  }
  if (options.id !== undefined) results = results.filter((result) => result.exchange.id === options.id);
  for (const result of results) printResult(result);
  if (options.groups) printGroups(results);
  const ratchet = readRatchet();
  const lost = results.filter((result) => ratchet.includes(result.exchange.id) && result.outcome !== 'pass');
  for (const { exchange } of lost) print(`passed before and does not now: ${exchange.id}`);
  if (options.write && areas === undefined) {
    writeRatchet(results.filter(({ outcome }) => outcome === 'pass').map(({ exchange }) => exchange.id));
    writeFileSync(pageFile, renderPage(results));
  }
  const passed = results.filter(({ outcome }) => outcome === 'pass').length;
  print(tally(results));
  print(`golden: ${passed} passed, ${lost.length} failed, ${results.length - passed - lost.length} skipped`);
  return lost.length === 0 ? 0 : 1;
}

function printResult(result: Result): void {
  if (options.accepted && result.outcome === 'accepted' && result.differences.length > 0) {
    print(`${renderVerbose(result)}\n  accepted: ${result.reason}`);
    return;
  }
  if (options.id !== undefined) {
    print(`${renderVerbose(result)}\n  expected: ${JSON.stringify(result.exchange.response)}`);
    print(`  answered: ${JSON.stringify(result.answer)}`);
  } else if (isFailure(result) || result.outcome === 'skipped') {
    if (options.verbose) print(renderVerbose(result));
    else print(`${result.exchange.id}  ${result.outcome}  ${summary(result)}`);
  }
}

/** The same difference in many exchanges is one thing to mend. */
function printGroups(results: readonly Result[]): void {
  const groups = new Map<string, string[]>();
  for (const result of results.filter(isFailure)) {
    for (const { kind, path, expected, actual } of result.differences) {
      const place = path.replace(/\/(\d+|-)(?=\/|$)/g, '/*');
      const what =
        kind === 'status' ? `${expected} expected, ${actual} answered` : expected === undefined ? 'surplus' : '';
      const group = `${kind} ${place} ${what}`;
      groups.set(group, [...(groups.get(group) ?? []), result.exchange.id]);
    }
  }
  const sorted = [...groups].sort(([, left], [, right]) => new Set(right).size - new Set(left).size);
  for (const [group, ids] of sorted.slice(0, 60)) {
    const distinct = [...new Set(ids)];
    print(`${String(distinct.length).padStart(4)}  ${group}  ${distinct.slice(0, 6).join(' ')}`);
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
