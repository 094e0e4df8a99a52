import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import type { ExportAttribute } from '../export-attribute.ts';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { parseYara } from './parse-rules.ts';
import { yaraRegex, yaraText } from './strings.ts';
import { writeYara } from './write-yara.ts';

describe('rules of YARA', () => {
  it('are taken apart by their sections, without comments', () => {
    const rule = `import "pe" /* x } */ private rule a : t1 {
      meta: n = 1 // note
        s = "q}\\""
      strings: $a = "x" nocase $h = { 01 ?? [2-4] (02|03) } $r = /a\\/b{2}/i
      condition: $a and
        pe.number_of_sections >= 1 and for any i in (1..#a) : (@a[i] > 5)
    }`;
    expect(parseYara(rule)).toEqual({
      modules: ['pe'],
      rules: [
        {
          modifiers: ['private'],
          name: 'a',
          tags: ['t1'],
          meta: ['n = 1', 's = "q}\\""'],
          strings: ['$a = "x" nocase', '$h = { 01 ?? [2-4] (02|03) }', '$r = /a\\/b{2}/i'],
          condition: [
            '$a and',
            expect.stringMatching(/^pe\.number_of_sections >= 1 and for any i in \(1\.\.#a\) : \(@a\[i\] > 5\)$/),
          ],
        },
      ],
    });
    for (const broken of [
      '',
      'rule',
      'rule a {',
      'rule a { condition: }',
      'rule 1 { condition: true }',
      'import "x',
      'x',
    ]) {
      expect(parseYara(broken)).toBeNull();
    }
  });

  it('are commented out where YARA would refuse them, with the reason', async () => {
    const sharedOf = async (...sources: string[]) => {
      const rows = sources.map((value1, index) =>
        exportAttribute({ type: 'yara', value1, uuid: `00000000-0000-4000-8000-00000000000${index}` }),
      );
      const parts = {
        indicators: () => inBatches<ExportAttribute>(),
        shared: () => inBatches(rows),
        wholeEvents: false,
      };
      return textOf(writeYara(parts));
    };
    for (const [source, reason] of [
      ['rule x { condition: filename matches /a.b/ }', 'filename is not known'],
      ['import "vt" rule x { condition: vt.metadata.new_file }', 'its module vt is not'],
      ['rule x { strings: $a = "1" $b = "2" condition: $a }', 'its string $b is not used'],
      ['rule x { strings: $a = "1" condition: $a or #b > 1 }', 'its string #b is not defined'],
      ['rule x { strings: $a = "1" $a = "2" condition: $a }', 'defines a string twice'],
      ['rule x { condition: any of them }', 'has no strings'],
    ] as const) {
      const text = await sharedOf(source, 'rule good { condition: true }');
      expect(text).toContain(reason);
      expect(parseYara(text)?.rules.map(({ name }) => name)).toEqual(['good']);
    }
    const forgotten = await sharedOf('rule x { condition: pe.is_pe and for any s in pe.sections : (s.name == "a") }');
    expect(parseYara(forgotten)).toMatchObject({ modules: ['pe'], rules: [{ name: 'x' }] });
    const same = await sharedOf(
      'rule a { condition: true }',
      'rule a { strings: $x = "a" $1 = "b" $ = "c" condition: any of ($*) } rule b { condition: a and filesize > 10KB }',
    );
    expect(parseYara(same)?.rules.at(-1)).toMatchObject({
      name: 'b',
      condition: ['a_00000000_0000_4000_8000_000000000001 and filesize > 10KB'],
    });
  });

  it('escape what strings cannot hold', () => {
    expect(yaraText('a"\\\n\té')).toBe('"a\\"\\\\\\n\\t\\xc3\\xa9"');
    expect(yaraRegex('a.b\r\nc/')).toBe('/a\\.b\\r?\\nc\\//');
  });

  it('hold no more of a value than YARA has room for', () => {
    expect(yaraText('例'.repeat(5_000))).toBe(`"${'\\xe4\\xbe\\x8b'.repeat(2_666)}"`);
    expect(yaraRegex('a\n'.repeat(5_000))).toBe(`/${'a\\r?\\n'.repeat(120)}a/`);
    expect(yaraRegex(`\n${'('.repeat(5_000)}`).length).toBeLessThanOrEqual(8_002);
  });

  it('keep the names of our own rules, and every name as long as YARA allows', async () => {
    const long = 'a'.repeat(120);
    const { uuid } = exportAttribute();
    const own = `MISP_ATTRIBUTE_${uuid.replaceAll('-', '_')}`;
    const shared = [
      `rule ${long} { condition: true }`,
      `rule ${long} { condition: true }`,
      `rule ${own} { condition: true }`,
    ];
    const rows = [...shared, ...shared].map((value1) => exportAttribute({ type: 'yara', value1 }));
    const parts = {
      indicators: () => inBatches([exportAttribute({ type: 'text', value1: 'abcd' })]),
      shared: () => inBatches(rows),
      wholeEvents: false,
    };
    const names = parseYara(await textOf(writeYara(parts)))?.rules.map(({ name }) => name) ?? [];
    expect(names).toHaveLength(7);
    expect(new Set(names).size).toBe(7);
    expect(names.filter((name) => name.length > 128)).toEqual([]);
  });

  it('cannot be broken out of by values, infos or shared rules', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('text', 'md5', 'hex', 'yara', 'domain|ip'),
        fc.string({ unit: 'binary' }),
        async (type, value) => {
          const { event } = exportAttribute();
          const attribute = exportAttribute({ type, value1: value, value2: value, event: { ...event, info: value } });
          const parts = {
            indicators: () => inBatches([attribute]),
            shared: () => inBatches([attribute]),
            wholeEvents: false,
          };
          const text = await textOf(writeYara(parts));
          // All that is no comment can be taken apart again, and nothing but our rules comes out.
          const rules = parseYara(text)?.rules ?? [];
          if (/^rule /m.test(text)) expect(rules.length).toBeGreaterThan(0);
          if (type !== 'yara') for (const { name } of rules) expect(name).toMatch(/^MISP_ATTRIBUTE_/);
        },
      ),
    );
  });
});
