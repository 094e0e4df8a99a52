import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { makeProgramFixture, type ProgramFixture, type Run } from '../testing/program.ts';

const UUID = '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d11';

let fixture: ProgramFixture;

beforeAll(async () => {
  fixture = await makeProgramFixture();
  const file = join(fixture.dataDir, 'event.json');
  const Attribute = [{ type: 'ip-dst', category: 'Network activity', value: '192.0.2.1', to_ids: true }];
  const event = { uuid: UUID, info: 'To be exported', date: '2026-01-02', published: true, Attribute };
  await writeFile(file, JSON.stringify({ Event: event }));
  await finish(fixture.run(['import', file]));
});
afterEach(() => fixture.killAll());
afterAll(() => fixture.remove());

async function finish(run: Run, expected = 0): Promise<string> {
  const code = await run.ended();
  expect(code, run.output()).toBe(expected);
  return run.output();
}

describe('magpie export', { timeout: 60_000 }, () => {
  it('writes what a search finds in any format, to a file or the standard output', async () => {
    const file = join(fixture.dataDir, 'out.csv');
    const csv = ['export', '--scope', 'attributes', '--format', 'csv', '--output', file];
    expect(await finish(fixture.run([...csv, 'type=ip-dst||ip-src']))).toMatch(
      /out\.csv: \d+ bytes, 1 attributes found/,
    );
    expect(await readFile(file, 'utf8')).toContain('"ip-dst","192.0.2.1"');
    expect(await finish(fixture.run([...csv, 'type={"NOT":["ip-dst"]}']))).toContain('0 attributes found');
    const shown = await finish(fixture.run(['export', '--scope', 'attributes', '--format', 'values', 'type=domain']));
    expect(shown).not.toContain('192.0.2.1');
  });

  it('writes published events as a feed', async () => {
    const folder = join(fixture.dataDir, 'feed');
    expect(await finish(fixture.run(['export', '--feed', folder]))).toContain(`1 events written to ${folder}`);
    expect((await readdir(folder)).sort()).toEqual([`${UUID}.json`, 'hashes.csv', 'manifest.json']);
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ [UUID]: { info: 'To be exported' } });
    const gone = '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d12';
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ [UUID]: {}, [gone]: {}, '../out.csv': {} }));
    await writeFile(join(folder, `${gone}.json`), '{}');
    await finish(fixture.run(['export', '--feed', folder]));
    expect((await readdir(folder)).sort()).toEqual([`${UUID}.json`, 'hashes.csv', 'manifest.json']);
    expect(await finish(fixture.run(['import', folder]))).toContain('0 events added, 0 updated, 1 unchanged');
  });

  it('writes documents that are no text, and a file only when it is whole', async () => {
    const folder = await mkdtemp(join(fixture.dataDir, 'formats-'));
    for (const [format, begin] of [
      ['stix', '<?xml'],
      ['xlsx', 'PK'],
      ['pdf', '%PDF-'],
    ] as const) {
      const file = join(folder, format);
      await finish(fixture.run(['export', '--format', format, '--output', file]));
      expect((await readFile(file)).toString('latin1', 0, begin.length)).toBe(begin);
    }
    const kept = join(folder, 'kept');
    await writeFile(kept, 'older');
    await finish(fixture.run(['export', '--format', 'rpz', 'serial=no number', '--output', kept]), 1);
    expect(await readFile(kept, 'utf8')).toBe('older');
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('says what it does not understand', async () => {
    expect(await finish(fixture.run(['export', 'rubbish']), 2)).toContain('rubbish is not name=value');
    expect(await finish(fixture.run(['export', '--scope', 'users']), 2)).toContain(
      '--scope takes events, attributes, objects',
    );
    expect(await finish(fixture.run(['export', 'typ=domain']), 2)).toContain(
      'searches of events know no parameter typ',
    );
    expect(await finish(fixture.run(['export', '--feed', 'x', '--format', 'csv']), 2)).toContain('exclude each other');
    expect(await finish(fixture.run(['export', '--format', 'nonsense']), 1)).toContain('Invalid output format');
  });
});
