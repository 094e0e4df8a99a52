import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createSecretStore } from './at-rest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'magpie-secrets-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('gives a secret back to another store on the same folder, in no readable form between', async () => {
  const sealed = await createSecretStore(folder).seal('key at a peer');
  expect(sealed.toString('latin1')).not.toContain('peer');
  expect(await createSecretStore(folder).open(sealed)).toBe('key at a peer');
  expect((await stat(join(folder, 'secrets.key'))).mode & 0o777).toBe(0o600);
});

it('refuses what was changed, and what another key sealed', async () => {
  const store = createSecretStore(folder);
  const sealed = await store.seal('secret');
  sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
  await expect(store.open(sealed)).rejects.toThrow();
  const other = await mkdtemp(join(tmpdir(), 'magpie-secrets-'));
  await expect(createSecretStore(other).open(await store.seal('secret'))).rejects.toThrow();
  await rm(other, { recursive: true });
});
