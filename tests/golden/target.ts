import { startTestMagpie } from '@magpie/testkit';
import type { Target } from './run.ts';

/** Time that a running instance is given to finish background work after publishing. */
const settleMs = 300;

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
    return { url: options.url, adminKey: options.key, settle: wait, stop: async () => {} };
  }
  const magpie = await startTestMagpie({ withContent: true });
  return { url: magpie.url, adminKey: magpie.adminKey, settle: async () => {}, stop: magpie.stop };
}

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, settleMs));
}
