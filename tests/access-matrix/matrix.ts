import { allOperations } from '@magpie/server/app';
import type { Operation } from '@magpie/server/http/operation';
import { type ApiAnswer, databaseDigest } from '@magpie/testkit';
import { brief, outcomeOf, shapeOf } from './answers.ts';
import { demandOf } from './permissions.ts';
import { absent, bodyOf, entryOf, hasGoodBody, needsService, notCalled, pathOf, prepare, send } from './requests.ts';
import { type Expectation, expectation, kindOf, mustNotShow } from './rules.ts';
import {
  type Actor,
  type Column,
  type Element,
  type Kind,
  makeThrowAway,
  markers,
  type StoredColumn,
  storedColumns,
  victimOf,
  type World,
} from './world.ts';

/** One actor's call of one operation on one element. */
export interface Cell {
  readonly operation: Operation;
  readonly actor: Actor;
  readonly column: Column | null;
  readonly expected: Expectation;
}

/** What every cell came to, and what was wrong. */
export interface MatrixResult {
  readonly operations: readonly Operation[];
  readonly actors: readonly Actor[];
  readonly cells: readonly Cell[];
  /** Answers other than expected. */
  readonly wrong: readonly string[];
  /** Elements that are hidden from the actor and answered otherwise than absent ones. */
  readonly tellApart: readonly string[];
  /** Texts of hidden elements in answers. */
  readonly shown: readonly string[];
  /** Controllers and tables: reads, refusals and GETs after which something was stored. */
  readonly changed: readonly string[];
}

type Findings = { [name in 'wrong' | 'tellApart' | 'shown' | 'changed']: string[] };

/**
 * Sends everything. First what must change nothing (reads, refused writes, GET and HEAD of all), all on the same
 * elements, and compares the whole database before and after each controller; then the allowed writes, each on an
 * element made for it.
 */
export async function runMatrix(world: World): Promise<MatrixResult> {
  const operations = allOperations(world.magpie.magpie);
  const cells = operations.flatMap((operation) => cellsOf(operation, world.actors));
  const findings: Findings = { wrong: [], tellApart: [], shown: [], changed: [] };
  const { database } = world.magpie.magpie;
  let before = await databaseDigest(database);
  for (const [controller, own] of groupBy(operations, ({ name }) => name.split('.')[0] ?? '')) {
    await spread(
      own.flatMap((operation) => world.actors.map((actor) => () => askHarmless(world, operation, actor, findings))),
    );
    const after = await databaseDigest(database);
    const tables = Object.keys(after).filter((table) => after[table] !== before[table]);
    if (tables.length > 0) findings.changed.push(`${controller}: ${tables.join(', ')}`);
    before = after;
  }
  const writes = cells.filter(({ operation, expected }) => operation.effect === 'write' && expected === 'ok');
  // One after the other: writes to one event at the same moment may be asked to try again.
  for (const cell of writes) await callAllowed(world, cell, findings);
  return { operations, actors: world.actors, cells, ...findings };
}

function cellsOf(operation: Operation, actors: readonly Actor[]): Cell[] {
  const columns: (Column | null)[] = kindOf(operation) === null ? [null] : [...storedColumns, 'absent'];
  return actors.flatMap((actor) =>
    columns.map((column) => ({ operation, actor, column, expected: expectation(operation, actor, column) })),
  );
}

/** Everything of one operation and actor that must leave the database as it is. */
async function askHarmless(world: World, operation: Operation, actor: Actor, findings: Findings): Promise<void> {
  const cells = cellsOf(operation, [actor]).filter(({ expected }) => operation.effect === 'read' || expected !== 'ok');
  const isBothNamed = cells.some(({ expected }) => expected === 'hidden');
  const kind = kindOf(operation);
  const absentShapes = new Map<string, string>();
  if (kind !== null && isBothNamed) {
    for (const name of names(absent)) {
      const answer = await ask(world, { operation, actor, column: 'absent' }, name);
      absentShapes.set(nameType(name), shapeOf(answer, [...names(absent), entryOf(world, name)]));
    }
  }
  for (const cell of cells) {
    const element = elementOf(world, kind, cell.column);
    for (const name of element === null ? [null] : namesFor(cell, element)) {
      const answer = await ask(world, cell, name);
      judge(cell, answer, findings);
      if (cell.expected !== 'hidden' || element === null || name === null || cell.column === 'absent') continue;
      const shape = shapeOf(answer, [...names(element), entryOf(world, name)]);
      const like = absentShapes.get(nameType(name));
      if (shape !== like)
        findings.tellApart.push(`${title(cell)}: ${shape.slice(0, 200)} | absent: ${like?.slice(0, 200)}`);
    }
  }
  await askByGet(world, operation, actor, findings);
}

/** GET and HEAD of the actor's own element, of writes too; POST where a search takes it. */
async function askByGet(world: World, operation: Operation, actor: Actor, findings: Findings): Promise<void> {
  const kind = kindOf(operation);
  const path = pathOf(operation, world, kind === null ? null : victimOf(world, kind, 'own').id);
  // MISP's own GETs that do something: tested with their features.
  if (operation.effect === 'write' && operation.methods.includes('GET')) return;
  const verbs = ['GET', 'HEAD', ...(operation.effect === 'read' && operation.methods.includes('POST') ? ['POST'] : [])];
  const cell: Cell = { operation, actor, column: kind === null ? null : 'own', expected: 'ok' };
  for (const verb of verbs) {
    const answer = await send(actor.client, operation, path, {}, verb);
    if (outcomeOf(answer) === 'failed') findings.wrong.push(`${title(cell)} ${verb}: ${brief(answer)}`);
    checkShown(cell, answer, findings);
  }
}

async function callAllowed(world: World, cell: Cell, findings: Findings): Promise<void> {
  const { operation, actor, column } = cell;
  if (notCalled.test(operation.name)) return;
  const kind = kindOf(operation);
  const element = kind === null || !isStored(column) ? null : await makeThrowAway(world, kind, column);
  if (element !== null && isStored(column)) await prepare(operation, world.owners[column], element);
  const path = pathOf(operation, world, element === null ? null : nameFor(kind, element));
  const answer = await send(actor.client, operation, path, bodyOf(operation, world, column));
  judge(cell, answer, findings);
}

function judge(cell: Cell, answer: ApiAnswer, findings: Findings): void {
  checkShown(cell, answer, findings);
  if (!isExpected(cell, answer)) findings.wrong.push(`${title(cell)}: expected ${cell.expected}, got ${brief(answer)}`);
}

function isExpected({ operation, column, expected }: Cell, answer: ApiAnswer): boolean {
  const outcome = outcomeOf(answer);
  if (outcome === 'failed') return false;
  switch (expected) {
    case 'login':
      return outcome === 'login';
    case 'acl':
      return outcome === 'acl';
    case 'refused':
      // A redirect is how MISP's page says no in places; nothing is stored, as the comparison shows.
      return ['refused', 'absent', 'unsaved', 'page only'].includes(outcome) || answer.status === 302;
    case 'hidden':
      // Which refusal, or an empty list: the comparison with absent elements decides, and that nothing is stored.
      return outcome !== 'acl' && outcome !== 'login';
    default:
      // MISP refuses its public forms to programs.
      if (demandOf(operation.name) === 'public') return true;
      if (outcome === 'acl' || outcome === 'login') return false;
      if (needsService.has(operation.name) && outcome === 'refused') return true;
      if (operation.effect === 'write' && hasGoodBody(operation)) return outcome === 'ok';
      return column === null || operation.effect === 'write' || ['ok', 'invalid', 'page only'].includes(outcome);
  }
}

function checkShown(cell: Cell, answer: ApiAnswer, findings: Findings): void {
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  for (const column of storedColumns) {
    if (mustNotShow(cell.actor, column) && text.includes(markers[column])) {
      findings.shown.push(`${title(cell)}: shows ${markers[column]}`);
    }
  }
}

function ask(
  world: World,
  { operation, actor, column }: Omit<Cell, 'expected'>,
  name: string | null,
): Promise<ApiAnswer> {
  return send(actor.client, operation, pathOf(operation, world, name), bodyOf(operation, world, column));
}

function elementOf(world: World, kind: Kind | null, column: Column | null): Element | null {
  if (kind === null || column === null) return null;
  return column === 'absent' ? absent : victimOf(world, kind, column);
}

function isStored(column: Column | null): column is StoredColumn {
  return column !== null && column !== 'absent';
}

function names({ id, uuid }: Element): string[] {
  return uuid === '' ? [id] : [id, uuid];
}

function nameFor(kind: Kind | null, { id, uuid }: Element): string {
  return kind === 'attachable' || kind === 'publishedEvent' ? uuid : id;
}

/** What is hidden is asked for by id and by uuid, the rest in the usual way. */
function namesFor({ operation, expected }: Cell, element: Element): string[] {
  return expected === 'hidden' ? names(element) : [nameFor(kindOf(operation), element)];
}

function nameType(name: string): 'uuid' | 'id' {
  return name.includes('-') ? 'uuid' : 'id';
}

function title({ operation, actor, column }: Cell): string {
  return `${operation.name} (${demandOf(operation.name)}) by ${actor.name}${column === null ? '' : `, ${column}`}`;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

/** Runs all, a few at a time. */
async function spread(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const pending = [...tasks];
  async function work(): Promise<void> {
    for (let task = pending.shift(); task !== undefined; task = pending.shift()) await task();
  }
  await Promise.all([work(), work(), work(), work()]);
}
