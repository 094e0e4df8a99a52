import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEY, makeProgramFixture, type ProgramFixture, type Run } from '../testing/program.ts';

const UUID = '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d01';
const event = {
  uuid: UUID,
  info: 'From a file',
  date: '2026-01-02',
  timestamp: '1767312000',
  Attribute: [
    { type: 'ip-dst', category: 'Network activity', value: '192.0.2.1' },
    { type: 'ip-dst', category: 'Network activity', value: 'not an address' },
  ],
};

let fixture: ProgramFixture;
let folder: string;

beforeAll(async () => {
  fixture = await makeProgramFixture();
  folder = join(fixture.dataDir, 'files');
  await mkdir(folder);
  await writeFile(join(folder, 'event.json'), JSON.stringify({ Event: event }));
  await writeFile(join(folder, 'manifest.json'), '{}');
  await finish(fixture.run(['migrate']));
});
afterEach(() => fixture.killAll());
afterAll(() => fixture.remove());

async function finish(run: Run, expected = 0): Promise<string> {
  const code = await run.ended();
  expect(code, run.output()).toBe(expected);
  return run.output();
}

function textAfter(output: string, label: string): string {
  return new RegExp(`${label}: (\\S+)`).exec(output)?.[1] ?? '';
}

describe('magpie import', { timeout: 60_000 }, () => {
  it('adds the events below a folder, names what is invalid in them, and changes nothing the second time', async () => {
    const first = await finish(fixture.run(['import', folder]));
    expect(first).toContain('Attribute[1]');
    expect(first).toContain('1 events added, 0 updated, 0 unchanged, 0 refused, 0 files failed');
    expect(await finish(fixture.run(['import', folder]))).toContain('0 events added, 0 updated, 1 unchanged');
  });

  it('imports beside a running instance, which then answers with the event', async () => {
    const url = await fixture.run(['start']).ready();
    const uuid = '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d02';
    const file = join(fixture.dataDir, 'other.json');
    await writeFile(file, JSON.stringify([{ Event: { ...event, uuid } }]));
    await finish(fixture.run(['import', file]));
    const response = await fetch(`${url}/events/view/${uuid}`, {
      headers: { Authorization: KEY, Accept: 'application/json' },
    });
    expect(await response.json()).toMatchObject({ Event: { uuid, info: 'From a file' } });
  });

  it('takes files of every format below a folder', async () => {
    const mixed = join(fixture.dataDir, 'mixed');
    await mkdir(mixed);
    const files: Record<string, string> = {
      'a.csv': 'domain,comment\ncsv.example.com,x\n',
      'b.txt': 'seen at 198[.]51[.]100[.]17',
      'c.eml': 'From: a@evil.example.com\r\nTo: b@victim.example.com\r\nSubject: Mail of the test\r\n\r\nhello\r\n',
      'd.html': `<html><head><title>Page of the test</title></head><body><p>${'Some words. '.repeat(40)}</p></body></html>`,
      'e.md': '# Report of the test',
      'f.ioc': `<ioc id="d"><short_description>IOC of the test</short_description><definition><Indicator operator="OR" id="i"><IndicatorItem id="a" condition="is"><Context search="Network/DNS"/><Content type="string">ioc.example.com</Content></IndicatorItem></Indicator></definition></ioc>`,
      'g.xml': '<response><Event><info>XML of the test</info></Event></response>',
      'h.xml': `<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" xmlns:c="http://cybox.mitre.org/cybox-2" xmlns:d="http://cybox.mitre.org/objects#DomainNameObject-1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="a:Package-1" version="1.2"><stix:STIX_Header><stix:Title>STIX 1 of the test</stix:Title></stix:STIX_Header><stix:Observables><c:Observable id="o"><c:Object><c:Properties xsi:type="d:DomainNameObjectType"><d:Value>stix.example.com</d:Value></c:Properties></c:Object></c:Observable></stix:Observables></stix:STIX_Package>`,
      'i.json': JSON.stringify({
        ...{ type: 'bundle', id: 'bundle--2f1d5b0e-4a6c-4f0a-9f0e-2f7a0a3e1d03' },
        objects: [
          {
            ...{ type: 'domain-name', spec_version: '2.1', value: 'two.example.com' },
            id: 'domain-name--2f1d5b0e-4a6c-5f0a-9f0e-2f7a0a3e1d04',
          },
        ],
      }),
      'j.csv': 'Type,Value,Confidence,Description,Source\nHost,tc.example.com,90,x,\n',
      'hashes.csv': 'belongs,to,a,feed\n',
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(mixed, name), content);
    expect(await finish(fixture.run(['import', mixed]))).toContain(
      '10 events added, 0 updated, 0 unchanged, 0 refused',
    );
  });

  it('takes messages of Outlook and PDFs as other programs write them', async () => {
    const written = ['outlook.msg', 'printed.pdf', 'reportlab.pdf'].map((name) =>
      fileURLToPath(new URL(`../../../formats/src/read/samples/${name}`, import.meta.url)),
    );
    expect(await finish(fixture.run(['import', ...written]))).toContain(
      '3 events added, 0 updated, 0 unchanged, 0 refused',
    );
    const shown = await finish(
      fixture.run(['export', '--format', 'json', '--scope', 'events', 'eventinfo=Invoice overdue']),
    );
    expect(shown).toContain('https://pay.stoat.example.com/now');
    expect(shown).toContain('eve@stoat.example.com');
  });

  it('tells what files would give, and reads columns as it is told', async () => {
    const file = join(fixture.dataDir, 'odd.csv');
    await writeFile(file, 'stoat;told.example.com;seen in May;yes\n');
    const columns = ['--columns', 'attribute_tag, domain, comment, to_ids', '--delimiter', ';', '--no-header'];
    const told = await finish(fixture.run(['import', '--preview', ...columns, file]));
    expect(told).toContain(`${file}: csv: 1 events, 1 attributes, 0 objects, 0 reports, 1 tags, 0 parts not taken`);
    expect(told).toContain('domain 1');
    expect(await finish(fixture.run(['import', '--distribution', '1', ...columns, file]))).toContain('1 events added');
    const stored = await finish(fixture.run(['export', '--format', 'json', '--scope', 'events', 'eventinfo=odd.csv']));
    expect(stored).toContain('"distribution":"1"');
    expect(stored).toContain('seen in May');
    expect(await finish(fixture.run(['import', '--columns', 'stoat', file]), 2)).toContain('csv.columns takes');
    expect(await finish(fixture.run(['import', '--distribution', '5', file]), 2)).toContain('distribution takes');
  });

  it('takes a feed that was written to a folder', async () => {
    const uuid = '5e3b0b1c-4a6c-4f0a-9f0e-2f7a0a3e1d05';
    const file = join(fixture.dataDir, 'published.json');
    await writeFile(file, JSON.stringify({ Event: { ...event, uuid, info: 'In a feed', published: true } }));
    await finish(fixture.run(['import', file]));
    const feed = join(fixture.dataDir, 'feed');
    expect(await finish(fixture.run(['export', '--feed', feed]))).toContain('1 events written');
    const other = await makeProgramFixture();
    try {
      expect(await finish(other.run(['import', feed]))).toContain(
        '1 events added, 0 updated, 0 unchanged, 0 refused, 0 files failed',
      );
      expect(await finish(other.run(['export', '--format', 'values', '--scope', 'attributes']))).toContain('192.0.2.1');
    } finally {
      other.killAll();
      await other.remove();
    }
  });

  it('goes on after a file that is none, and then fails', async () => {
    const file = join(fixture.dataDir, 'broken.json');
    await writeFile(file, '{"Event": ');
    const output = await finish(fixture.run(['import', file, join(folder, 'event.json')]), 1);
    expect(output).toContain(`${file}: not imported: `);
    expect(output).toContain('1 files failed');
  });
});

describe('magpie user', { timeout: 60_000 }, () => {
  it('creates a user whose key works, and whose next key replaces it', async () => {
    const url = await fixture.run(['start']).ready();
    const created = await finish(fixture.run(['user', 'create', 'ada@example.org', '--role', 'user']));
    const reset = await finish(fixture.run(['user', 'reset-key', 'ada@example.org']));
    const statuses = [created, reset].map(async (output) => {
      const response = await fetch(`${url}/users/view/me.json`, {
        headers: { Authorization: textAfter(output, 'API key') },
      });
      await response.body?.cancel();
      return response.status;
    });
    expect(await Promise.all(statuses)).toEqual([403, 200]);
  });

  it('shows a random password, but not one that was given', async () => {
    await finish(fixture.run(['user', 'create', 'bob@example.org']));
    const random = await finish(fixture.run(['user', 'reset-password', 'bob@example.org']));
    expect(textAfter(random, 'password')).toMatch(/^\w{20}$/);
    const given = ['user', 'reset-password', 'bob@example.org', '--password', 'Correct-Horse-9-Battery'];
    expect(await finish(fixture.run(given))).toBe('the password is set\n');
  });

  it('says that a user does not exist', async () => {
    expect(await finish(fixture.run(['user', 'reset-key', 'eve@example.org']), 1)).toContain('no user eve@example.org');
  });
});

describe('magpie content update', { timeout: 60_000 }, () => {
  it('reads libraries from a folder, and has nothing to do the second time', async () => {
    const taxonomy = join(fixture.dataDir, 'content', 'taxonomies', 'tlp');
    await mkdir(taxonomy, { recursive: true });
    const tlp = { namespace: 'tlp', description: 'Traffic light', version: 1, predicates: [{ value: 'red' }] };
    await writeFile(join(taxonomy, 'machinetag.json'), JSON.stringify(tlp));
    const update = ['content', 'update', '--from', join(fixture.dataDir, 'content')];
    expect(await finish(fixture.run(update))).toContain('taxonomies: 1 new or updated, from 1 files');
    expect(await finish(fixture.run(update))).toContain('taxonomies: 0 new or updated, from 1 files');
  });
});

describe('magpie setting', { timeout: 60_000 }, () => {
  it('sets and shows what only the machine itself may set, and keeps secrets to itself', async () => {
    const set = await finish(fixture.run(['setting', 'MISP.terms_file', 'terms.txt']));
    expect(set).toContain('MISP.terms_file = terms.txt');
    expect((await finish(fixture.run(['setting', 'MISP.terms_file']))).trim()).toBe('terms.txt');
    const all = await finish(fixture.run(['setting']));
    expect(all).toContain('MISP.live = true\n');
    expect(all).toContain('GnuPG.password = *****\n');
    expect(await finish(fixture.run(['setting', 'MISP.nothing']), 1)).toContain('Setting MISP.nothing is invalid.');
  });
});
