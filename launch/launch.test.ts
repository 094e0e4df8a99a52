import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const launcher = fileURLToPath(new URL('./launch.mjs', import.meta.url));

function launch(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, ...args], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

describe('the launcher', () => {
  it('lists its commands when it is given none it knows', async () => {
    const { code, output } = await launch('fly');
    expect(code).toBe(1);
    expect(output).toContain('usage: node launch/launch.mjs start|test|dev|run');
  });

  it('runs a script with Node 24 and hands on its exit code', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'magpie-launch-'));
    const script = join(folder, 'script.mjs');
    await writeFile(script, 'console.log(process.versions.node); process.exitCode = 7;');
    const { code, output } = await launch('run', script);
    expect(code).toBe(7);
    expect(Number.parseInt(output, 10)).toBeGreaterThanOrEqual(24);
    await rm(folder, { recursive: true });
  });

  it('fails when no suite of tests has the asked name', async () => {
    const { code, output } = await launch('test', '--only=no such suite');
    expect(code).toBe(1);
    expect(output).toContain('Total: 0 passed, 0 failed, 0 skipped');
  });
});
