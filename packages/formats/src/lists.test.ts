import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { writeCache } from './cache/write-cache.ts';
import { hashTypes } from './hashes/hash-types.ts';
import { writeHashes } from './hashes/write-hashes.ts';
import { inBatches, textOf } from './testing.ts';
import { writeText } from './text/write-text.ts';

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
});
