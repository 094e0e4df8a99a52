import { startTestMagpie } from '@magpie/testkit';
import type { Target } from './run.ts';

/** How often, and for how long at most, background work is asked after. */
const askMs = 100;
const patienceMs = 20_000;

/**
 * A Magpie in the recorded start state: a fresh database, one site administrator `admin@admin.test` of the
 * organisation ORGNAME, the content libraries imported, no event. With `url` and `key` a running instance instead.
 */
export async function startTarget(options: {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}): Promise<Target & { readonly stop: () => Promise<void> }> {
  if (options.url !== undefined) {
    if (options.key === undefined) throw new Error('--url needs --key, the key of a site administrator');
    const { url, key } = options;
    return { url, adminKey: key, settle: () => workDone(url, key), stop: async () => {} };
  }
  const { url, adminKey, stop } = await startTestMagpie({ withContent: true });
  return { url, adminKey, settle: () => workDone(url, adminKey), stop };
}

/** Resolves when no job is waiting or running, as the recording waited. */
async function workDone(url: string, key: string): Promise<void> {
  const until = Date.now() + patienceMs;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/jobs/index`, { headers: { authorization: key, accept: 'application/json' } });
    const jobs: unknown = await answer.json();
    if (!Array.isArray(jobs) || !jobs.some(isWaitedFor)) return;
    await new Promise((resolve) => setTimeout(resolve, askMs));
  }
  throw new Error('Background work did not end.');
}

/** Mails are tried again and again where no mail server is set up. */
function isWaitedFor(job: unknown): boolean {
  const text = JSON.stringify(job);
  return !text.includes('"worker":"email"') && !/"job_status":"(Completed|Failed)"/.test(text);
}
