import {
  type ApiAnswer,
  type ApiClient,
  type Made,
  makeOrganisation,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';

/** An instance with two organisations, and what tests of objects and files do with it. */
export interface World {
  readonly magpie: TestMagpie;
  readonly alpha: Made;
  readonly beta: Made;
  /** Of Alpha, may add and change. */
  readonly owner: ApiClient;
  /** Of Beta, the same role. */
  readonly stranger: ApiClient;
  /** Of Alpha, may only read. */
  readonly reader: ApiClient;
}

/** Starts an instance with the users of `World`. */
export async function startWorld(): Promise<World> {
  const magpie = await startTestMagpie();
  const { admin } = magpie;
  const alpha = await makeOrganisation(admin);
  const beta = await makeOrganisation(admin);
  const user = magpie.user;
  return {
    magpie,
    alpha,
    beta,
    owner: await user(alpha, '3'),
    stranger: await user(beta, '3'),
    reader: await user(alpha, '6'),
  };
}

/** Text at a place of an answer's body. */
export function textAt(answer: ApiAnswer, ...path: readonly (string | number)[]): string {
  return String(member(answer.body, ...path));
}

/** Rows of a table, whoever may see them. */
export function rowsOf(world: World, sql: string, values: readonly (string | number)[]) {
  return world.magpie.magpie.database.asSystem('test looks behind the API', (tx) =>
    tx.query<Record<string, unknown>>(sql, values),
  );
}
