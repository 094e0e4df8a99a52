import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));

/** A module of the program that imports another one; paths below `packages/`. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** Types alone: nothing of it is left when the program runs. */
  readonly isType: boolean;
}

/** The imports between all modules of the program, those of tests and their worlds left out. */
export function listImports(): Import[] {
  const modules = new Set(listSources());
  return [...modules].flatMap((from) =>
    importsOf(from).flatMap(({ specifier, isType }) => {
      const to = target(from, specifier);
      return to !== null && modules.has(to) ? [{ from, to, isType }] : [];
    }),
  );
}

/** All modules of the program, those of tests and their worlds left out. */
export function listSources(): string[] {
  return readdirSync(packages).flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .map((path) => `${name}/src/${path.split(sep).join('/')}`)
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\/testing[/.]/.test(path)),
  );
}

/** How long a module is. */
export function linesOf(module: string): number {
  return readFileSync(join(packages, module), 'utf8').split('\n').length - 1;
}

// Statements begin a line; what stands between braces holds no quote and no semicolon.
const STATEMENT = /^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)';/gm;

function importsOf(module: string): { specifier: string; isType: boolean }[] {
  const text = readFileSync(join(packages, module), 'utf8');
  return [...text.matchAll(STATEMENT)].map(([, type, specifier = '']) => ({ specifier, isType: type !== undefined }));
}

function target(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) {
    return relative(packages, join(packages, dirname(from), specifier))
      .split(sep)
      .join('/');
  }
  const [, name, path = 'index'] = /^@magpie\/(\w+)(?:\/(.+))?$/.exec(specifier) ?? [];
  return name === undefined ? null : `${name}/src/${path}.ts`;
}

/** Circles of modules that need each other when they are loaded, each once, in the order of the imports. */
export function findCycles(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(
    imports.filter(({ isType }) => !isType),
    ({ from }) => from,
  );
  const cycles: string[][] = [];
  const done = new Set<string>();
  const visit = (module: string, path: readonly string[]) => {
    const at = path.indexOf(module);
    if (at >= 0) cycles.push(path.slice(at));
    if (at >= 0 || done.has(module)) return;
    for (const { to } of next.get(module) ?? []) visit(to, [...path, module]);
    done.add(module);
  };
  for (const module of next.keys()) visit(module, []);
  return cycles;
}
