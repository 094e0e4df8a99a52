import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A check by a program; `reason` is given where the program is not there. */
export interface ProgramCheck {
  readonly name: string;
  readonly program: string;
  check(path: string, folder: string): Promise<void>;
}

/** What the consumers' own programs say. Each throws with what the program complained about. */
export const programChecks: readonly ProgramCheck[] = [
  {
    name: 'a response policy zone is accepted by named-checkzone',
    program: 'named-checkzone',
    check: (path, folder) => checkZone(path, join(folder, 'attributes.rpz')),
  },
  {
    name: 'a zone with a walled garden is accepted by named-checkzone',
    program: 'named-checkzone',
    check: (path, folder) => checkZone(path, join(folder, 'events.rpz')),
  },
  {
    name: 'a zone without names is accepted by named-checkzone',
    program: 'named-checkzone',
    check: (path, folder) => checkZone(path, join(folder, 'empty', 'attributes.rpz')),
  },
  {
    name: 'a PDF without events says so',
    program: 'pdftotext',
    check: (path, folder) => checkText(path, join(folder, 'empty', 'events.pdf'), ['No event was found']),
  },
  {
    name: 'rules of attributes are compiled by YARA',
    program: 'yara',
    check: (path, folder) => compileRules(path, join(folder, 'attributes.yara')),
  },
  {
    name: 'rules of events are compiled by YARA',
    program: 'yara',
    check: (path, folder) => compileRules(path, join(folder, 'events.yara')),
  },
  {
    name: 'the text of an event comes back from PDF',
    program: 'pdftotext',
    check: (path, folder) =>
      checkText(path, join(folder, 'events.pdf'), [
        '威胁情报',
        '위협',
        'サイバー',
        '报告',
        'evil.example.com',
        'Rapport',
      ]),
  },
  {
    name: 'the text of a report comes back from PDF',
    program: 'pdftotext',
    check: (path, folder) =>
      checkText(path, join(folder, 'report.pdf'), ['报告', '보고서', 'サイバー', 'bold', 'https://example.org']),
  },
];

async function checkZone(path: string, zone: string): Promise<void> {
  const { stdout, stderr } = await run(path, ['-i', 'local', '-k', 'ignore', 'rpz.localhost', zone]);
  if (!/\nOK\n?$/.test(stdout)) throw new Error(stdout + stderr);
}

/** Scans the rules' own file, which is how YARA compiles them; nothing but warnings may be said. */
async function compileRules(path: string, rules: string): Promise<void> {
  const { stdout } = await run(path, ['-w', rules, rules]);
  if (!stdout.includes('plain '))
    throw new Error(`the rule that matches everything did not match: ${stdout.slice(0, 500)}`);
}

async function checkText(path: string, document: string, wanted: readonly string[]): Promise<void> {
  await run(path, ['-enc', 'UTF-8', document, `${document}.txt`]);
  const text = (await readFile(`${document}.txt`, 'utf8')).replaceAll(/\s+/g, ' ');
  const missing = wanted.filter((part) => !text.includes(part));
  if (missing.length > 0) throw new Error(`not in the text: ${missing.join(', ')}; it is ${text.slice(0, 500)}`);
}
