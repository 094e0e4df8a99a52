import { generalQuestions, type Question, searches } from './unseen-questions.ts';
import { hide } from './unseen-secrets.ts';
import { SECRET, type UnseenWorld } from './unseen-world.ts';

/** What was asked, and what of it told of hidden things. */
export interface UnseenResult {
  readonly asked: number;
  /** Questions that were answered, so that the comparison says something. */
  readonly answered: number;
  /** Answers that are others than before things were hidden. */
  readonly changed: readonly string[];
  /** Answers in which hidden words stand. */
  readonly shown: readonly string[];
}

/** What is hidden from whom; everything from everybody where nothing is said. */
export interface HidingOptions {
  /** What is hidden; one thing of every kind unless told. */
  readonly hideThings?: (world: UnseenWorld) => Promise<void>;
  /** Who is asked for, by name; everybody unless told. */
  readonly askers?: readonly string[];
}

/**
 * Asks every question of everybody, lets another organisation hide one thing of every kind, and asks again: counts,
 * order, headers and texts must be the same. An answer that differs at once from itself says nothing.
 */
export async function askAroundHiding(
  world: UnseenWorld,
  { hideThings = hide, askers = Object.keys(world.askers) }: HidingOptions = {},
): Promise<UnseenResult> {
  const { url } = world.magpie;
  const general = generalQuestions(world);
  const asking = Object.entries(world.askers).filter(([name]) => askers.includes(name));
  const asked = asking.flatMap(([name, key]) =>
    [...general, ...(name === 'org admin' ? [] : searches(world.names))].map((question) => ({ name, key, question })),
  );
  const before = await inTurns(asked, ({ key, question }) => ask(url, key, question));
  await hideThings(world);
  const after = await inTurns(asked, ({ key, question }) => ask(url, key, question));
  const changed: string[] = [];
  const shown: string[] = [];
  for (const [index, { name, key, question }] of asked.entries()) {
    const [first, now] = [before[index] ?? '', after[index] ?? ''];
    const title = `${name}: ${question.method} ${question.path} ${JSON.stringify(question.body ?? '')}`;
    if (withoutEcho(now, title).includes(SECRET)) shown.push(`${title}: ${around(now, now.indexOf(SECRET))}`);
    const at = firstDifference(first, now);
    if (at < 0 || (await ask(url, key, question)) !== now) continue;
    changed.push(`${title}: ${around(first, at)} became ${around(now, at)}`);
  }
  return { asked: asked.length, answered: before.filter((answer) => answer.startsWith('200')).length, changed, shown };
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<string>): Promise<string[]> {
  const answers: string[] = [];
  const waiting = [...items.entries()];
  const turn = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) answers[next[0]] = await work(next[1]);
  };
  await Promise.all([turn(), turn(), turn(), turn()]);
  return answers;
}

/** Status, headers that tell something, and body, without times. */
async function ask(url: string, key: string, { method, path, body }: Question): Promise<string> {
  const answer = await fetch(url + path, {
    ...{ method, redirect: 'manual' as const },
    headers: { authorization: key, accept: 'application/json', 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
  });
  const heads = telling.map((name) => `${name}=${answer.headers.get(name)}`).join(' ');
  return withoutTimes(`${answer.status} ${heads} ${await answer.text()}`);
}

const telling = ['x-result-count', 'x-skipped-elements-count', 'x-has-more', 'location', 'content-disposition'];

function withoutTimes(text: string): string {
  return text
    .replaceAll(/\b1[789]\d{8}(\d{3})?(\.\d+)?\b/g, '<time>')
    .replaceAll(/20(25|26|27)-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+00:00)?)?/g, '<time>');
}

/** The answer without what the question itself says. */
function withoutEcho(answer: string, key: string): string {
  return key.includes(SECRET) ? answer.replaceAll(new RegExp(`${SECRET}(\\.example\\.org|:tag)?`, 'g'), '') : answer;
}

function firstDifference(one: string, other: string): number {
  if (one === other) return -1;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  return at;
}

function around(text: string, at: number): string {
  return JSON.stringify(text.slice(Math.max(0, at - 120), at + 160));
}
