import { createHash } from 'node:crypto';
import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { writeCache } from './cache/write-cache.ts';
import { hashTypes } from './hashes/hash-types.ts';
import { writeHashes } from './hashes/write-hashes.ts';
import { writeHosts } from './hosts/write-hosts.ts';
import { netfilterTypes, writeNetfilter } from './netfilter/write-netfilter.ts';
import { inBatches, textOf } from './testing.ts';
import { writeText } from './text/write-text.ts';
import { intelGroups } from './zeek/intel-types.ts';
import { writeZeek } from './zeek/write-zeek.ts';

const md5 = (text: string) => createHash('md5').update(text).digest('hex');

describe('lists of values', () => {
  it('text has a value a line, and one empty line when there is none', async () => {
    expect(await textOf(writeText(inBatches(['a', 'b|c'], ['d'])))).toBe('a\nb|c\nd\n');
    expect(await textOf(writeText(inBatches()))).toBe('\n');
  });

  it('hashes takes the hash of composites and leaves other types out', async () => {
    const values = [
      { type: 'md5', value1: 'd41d8cd98f00b204e9800998ecf8427e', value2: '' },
      { type: 'domain', value1: 'bad.example', value2: '' },
      { type: 'filename|sha256', value1: 'a.exe', value2: 'ab' },
      { type: 'malware-sample', value1: 'b.exe', value2: 'cd' },
      { type: 'malware-sample', value1: 'no hash', value2: '' },
    ];
    expect(await textOf(writeHashes(inBatches(values)))).toBe('d41d8cd98f00b204e9800998ecf8427e\nab\ncd\n');
    expect(await textOf(writeHashes(inBatches(values.slice(1, 2))))).toBe('\n');
    expect(hashTypes).toEqual(expect.arrayContaining(['sha3-256', 'impfuzzy', 'filename|tlsh', 'malware-sample']));
  });

  it('cache has the MD5 of whole values, with the event on request', async () => {
    const values = [{ type: 'filename|md5', value1: 'a', value2: 'b', eventUuid: 'e' }];
    expect(await textOf(writeCache(inBatches(values)))).toBe(`${md5('a|b')}\n`);
    expect(await textOf(writeCache(inBatches(values), { eventUuids: true }))).toBe(`${md5('a|b')},e\n`);
    expect(await textOf(writeCache(inBatches()))).toBe('');
  });

  it('hold no line but of their own, whatever the values are', async () => {
    const piece = fc.constantFrom(
      '10.0.0.1',
      'http://',
      '/24',
      '::1',
      ' -j ACCEPT',
      ';reboot',
      '$(reboot)',
      'a.example',
      '#',
      '\n',
      '\t',
    );
    const value = fc.oneof(
      hostileText(),
      fc.array(fc.oneof(piece, hostileText(2))).map((parts) => parts.join('')),
    );
    const type = fc.constantFrom(...netfilterTypes, 'domain', 'url', 'user-agent', 'filename');
    const options = { groups: intelGroups, hostOrganisation: '', baseUrl: 'https://m.example' };
    await fc.assert(
      fc.asyncProperty(value, value, type, async (value1, value2, kind) => {
        const hosts = await textOf(writeHosts(inBatches([value1]), { address: '0.0.0.0', generated: 0 }));
        for (const line of hosts.split('\n').slice(0, -1)) expect(line).toMatch(/^#[^\r\n]*$|^0\.0\.0\.0 [^\s#]+$/);
        const rules = await textOf(writeNetfilter(inBatches([{ type: kind, value1, value2 }]), { action: 'DROP' }));
        expect(rules).toMatch(/^(iptables -A INPUT -s [0-9A-Fa-f.:]+(\/\d{1,3})? -j DROP)?\n$/);
        const event = { id: '1', uuid: 'u', info: value2, orgc: value1 };
        const intel = { type: kind, half: 'value1', value: value1, comment: value2, event } as const;
        const lines = (await textOf(writeZeek(inBatches([intel]), options))).split('\n').slice(0, -1);
        for (const line of lines) expect(line.split('\t')).toHaveLength(line === lines[0] ? 8 : 7);
        expect(lines.slice(1).filter((line) => line.startsWith('#'))).toEqual([]);
        expect(lines.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 500 },
    );
  });
});
