import { startTestMagpie } from '@magpie/testkit';
import { prepareContent } from './content.ts';

/** The instance that a run talks to. */
export interface Instance {
  readonly url: string;
  readonly key: string;
  readonly stop: () => Promise<void>;
}

/** A fresh Magpie, or the running one that was named (which is left alone at the end). */
export async function startInstance(named: {
  readonly url?: string | undefined;
  readonly key?: string | undefined;
}): Promise<Instance> {
  if (named.url !== undefined) {
    if (named.key === undefined) throw new Error('--url needs --key, the key of a site administrator');
    return { url: named.url, key: named.key, stop: async () => {} };
  }
  const content = await prepareContent();
  const magpie = await startTestMagpie({
    withContent: true,
    ...(content === null ? {} : { environment: { MAGPIE_CONTENT_SOURCE: content.folder } }),
  });
  const stop = async () => {
    await magpie.stop();
    await content?.remove();
  };
  return { url: magpie.url, key: magpie.adminKey, stop };
}
