import { describe, expect, it } from 'vitest';
import { parsePattern } from './stix2/read/parse-pattern.ts';
import { parseYara } from './yara/parse-rules.ts';
import { intelGroups } from './zeek/intel-types.ts';
import { writeZeek } from './zeek/write-zeek.ts';

// A reader whose time grows by the square of the text would take hours over these.
const LONG = 1_000_000;

describe('texts from outside, however long', () => {
  it('are taken apart as YARA in one pass', () => {
    expect(parseYara(`rule a { condition: ${'x /* '.repeat(LONG / 10)}`)).toBeNull();
    expect(parseYara(`rule a { condition: /* ${'/'.repeat(LONG)} */ x }`)).not.toBeNull();
    expect(parseYara(`rule a { condition: ${'('.repeat(LONG / 10)}`)).toBeNull();
  });

  it('are taken apart as patterns of STIX in one pass', () => {
    expect(parsePattern('a1'.repeat(LONG / 2))).toBeNull();
    expect(parsePattern("[ipv4-addr:value = '192.0.2.1' OR file:size = 12 AND url:value IN ('a','b')]")).toMatchObject({
      comparisons: [{ path: 'value' }, { values: ['12'] }, { values: ['a', 'b'] }],
    });
  });

  it('lose their markup for Zeek in one pass', async () => {
    const event = { id: '1', uuid: '', info: `a <b>b</b> ${'<'.repeat(LONG)}`, orgc: '' };
    const row = { value: 'evil.example', type: 'domain', half: 'value1', comment: '', event } as const;
    async function* rows() {
      yield [row];
    }
    const options = { groups: intelGroups, hostOrganisation: '', baseUrl: '' };
    let text = '';
    for await (const piece of writeZeek(rows(), options)) text += piece;
    expect(text).toContain('\ta b <<<');
  });
});
