import { describe, expect, it } from 'vitest';
import { checkRule } from './check-rule.ts';
import { parseYara } from './parse-rules.ts';

/** Why the last rule of a source is refused, null where it is not; `unread` where the source cannot be taken apart. */
function reasonOf(source: string): string | null {
  const parsed = parseYara(source);
  const rule = parsed?.rules.at(-1);
  if (!parsed || rule === undefined) return 'unread';
  const rules = new Set(parsed.rules.slice(0, -1).map(({ name }) => name));
  const verdict = checkRule(rule, { rules, modules: new Set(parsed.modules) });
  return 'refused' in verdict ? verdict.refused : null;
}

const strings = (definition: string) => `rule x { strings: $a = ${definition} condition: $a }`;
const condition = (text: string) => `rule x { strings: $a = "1" $b = "2" condition: any of them and ${text} }`;

// What stands here was asked of yarac 4.2, one rule a file.
describe('a rule that YARA refuses', () => {
  it.each([
    ['rule all { condition: true }', 'all means'],
    ['rule x : any { condition: true }', 'any means'],
    ['rule x { meta: a = yes condition: true }', 'meta data a = yes'],
    ['rule x { meta: a = 1.5 condition: true }', 'meta data'],
    ['rule x { meta: all = "1" condition: true }', 'meta data'],
    ['rule x { meta: a = "\\q" condition: true }', 'meta data'],
    [`rule x { meta: a = "${'a'.repeat(9000)}" condition: true }`, 'meta data'],
    [strings('""'), 'empty'],
    [strings('"\\q"'), 'cannot be read'],
    [strings('"x" nosuch'), 'nosuch cannot stand'],
    [strings('"x" nocase nocase'), 'nocase stands twice'],
    [strings('"x" xor nocase'), 'xor and nocase'],
    [strings('"x" base64 fullword'), 'base64 and fullword'],
    [strings('"xyz" xor(300-400)'), 'xor does not take'],
    [strings('"xyz" xor(5-2)'), 'xor does not take'],
    [strings('"xyz" base64("abc")'), 'base64 does not take'],
    [strings(`"${'a'.repeat(9000)}"`), 'too long'],
    [strings('{ 0 }'), 'cannot be read'],
    [strings('{ [2] 01 }'), 'a jump stands'],
    [strings('{ 01 [2] }'), 'ends where'],
    [strings('{ 01 [4-2] 02 }'), 'is no jump'],
    [strings('{ 01 ( 02 | ) }'), 'cannot be read'],
    [strings('{ 01 ( 02 [3-] 04 | 05 ) }'), 'too far'],
    [strings('{ 01 02 } nocase'), 'nocase cannot stand'],
    [strings('/(/'), 'empty'],
    [strings('/(a/'), 'not closed'],
    [strings('/a)/'), 'not opened'],
    [strings('/a{5,2}/'), 'ends before'],
    [strings('/[z-a]/'), 'backwards'],
    [strings('/[a/'), 'not closed'],
    [strings('/a**/'), 'nothing stands before'],
    [strings('/^*/'), 'is repeated'],
    [strings('/(?i)x/'), 'nothing stands before'],
    [strings('/x\\1/'), 'refers back'],
    [strings('/a+b*?/'), 'greedy'],
    [strings('/a{1,40000}/'), 'too often'],
    [strings(`/${'a?'.repeat(129)}/`), 'too complex'],
    [strings('/x/x'), 'cannot'],
    [condition('true and'), 'at its end'],
    [condition('true true'), 'at true'],
    [condition('1 + "a" > 2'), 'a string cannot stand beside +'],
    [condition('filesize contains "x"'), 'before contains'],
    [condition('"a" contains 1'), 'behind contains'],
    [condition('1 == "a"'), 'compared'],
    [condition('1 == true'), 'at true'],
    [condition('filesize < 10GB'), 'at 10GB'],
    [condition('1 && 2'), 'at &'],
    [condition('5 / 2 == 2'), 'at /'],
    [condition('99999999999999999999 > 1'), 'at 99999'],
    [condition('$ at 0'), 'outside of a loop'],
    [condition('$a at "x"'), 'behind at'],
    [condition('pe'), 'a module stands alone'],
    [condition('pe.nosuch == 1'), 'pe.nosuch is not known'],
    [condition('pe.is_signed'), 'pe.is_signed is not known'],
    [condition('for any i in (1..2) : ( for any i in (1..2) : ( i > 1 ) )'), 'use i twice'],
    [condition('for any i in 1 : ( i == 2 )'), 'at 1'],
    [condition(`${'for any of them : ( '.repeat(5)}$${' )'.repeat(5)}`), 'loops'],
    [condition('any of (nosuch*)'), 'nosuch is not known'],
    [condition('5 \\ 0 == 1'), 'at 0'],
    [condition('5 % 0x00 == 1'), 'at 0x00'],
    [condition('5 % 0KB == 1'), 'at 0KB'],
    [condition('1 << -1 == 1'), 'at -'],
    ['rule y { condition: true } rule x { condition: 1 of (y*) in (0..5) }', 'at in'],
    ['rule y { condition: true } rule x { condition: for any i in y : ( true ) }', 'behind in'],
    ['global rule x { condition: false }', 'global'],
  ])('is told why: %s', (source, reason) => {
    expect(reasonOf(source)).toContain(reason);
  });

  it('does not make anybody wait, however it is nested', () => {
    expect(reasonOf(condition(`${'('.repeat(50_000)}true${')'.repeat(50_000)}`))).toContain('too many brackets');
    expect(reasonOf(strings(`/${'('.repeat(2_000)}a${')'.repeat(2_000)}/`))).toContain('too many brackets');
    const many = Array.from({ length: 300 }, (_, index) => `($a${index}*)`);
    expect(reasonOf(condition(`1 of ${many.join(' or 1 of ')}`))).toContain('too many beginnings');
    const rules = Array.from({ length: 200 }, () => '1 of (x*)').join(' or ');
    expect(reasonOf(`rule x1 { condition: true } ${condition(rules)}`)).toContain('too many beginnings');
    expect(reasonOf(condition(`${'not '.repeat(50_000)}true`))).toBeNull();
  });
});

describe('a rule that YARA takes', () => {
  it.each([
    'rule x { meta: a = -1 b = true c = "caf\u00e9 \\"q\\"" condition: true }',
    strings('"xyz" base64wide base64 ascii wide private'),
    strings('"xyz" xor(0x01-0xff) wide fullword'),
    strings('{ 01 ?? A? ?B [2-4] (02 | 03 [4] 05) [-] 06 [7-] 08 }'),
    strings('{ 01 02 // remark\n 03 /* another */ 04 }'),
    strings('/^a|b{2,}?[^\\]a-z\\x41-\\x5a-]+?\\.\\/(c|)$/is'),
    strings('/[]a-]{3}x{/ nocase wide'),
    condition('#a == 2 and @a[1] < 10 and !a[#a] > 0 and #b in (0..100) > 1'),
    condition('for all of ($a*, $b) : ( $ at 0 and # > 1 and @ > 3 )'),
    condition('for any i in (1..#a) : ( @a[i] + 5 > 3 )'),
    condition('50% of them and 2 of ($*) and none of ($a*) in (0..9KB)'),
    condition('uint16(uint32(0x3C)) == 0x5A4D and not (filesize > 2MB or entrypoint == 0o17)'),
    condition('"a" icontains "A" and ("x" matches /y+/is) and -1 \\ 2 < 1.5 and ~1 & 3 << 2 == 5 % 2'),
    'import "pe" rule x { condition: pe.sections[0].name == ".text" and pe.exports(/a|b/) and pe.DLL }',
    'import "pe" rule x { condition: for any k, v in pe.version_info : ( k == "a" and v matches /b/ ) }',
    'import "hash" rule x { condition: hash.md5(0, filesize) == "x" and defined hash.sha1(0, 5) }',
    condition('pe.characteristics & pe.DLL != 0 and math.entropy(0, filesize) > 7.5 and elf.type == elf.ET_EXEC'),
    'rule a1 { condition: true } rule a2 { condition: true } rule x { condition: a1 and all of (a*) and 1 of (a1, a2) }',
  ])('is taken: %s', (source) => {
    expect(reasonOf(source)).toBeNull();
  });
});
