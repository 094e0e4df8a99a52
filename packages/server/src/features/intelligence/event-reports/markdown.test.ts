import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { findReferences, replaceValues, withoutReferences } from './markdown.ts';

const uuid = '11111111-1111-4111-8111-111111111111';

const around = fc
  .array(fc.oneof(fc.constantFrom('@', '!', '[', ']', '(', ')', 'tag', '@[attribute](', '\n', 'x'), hostileText(4)))
  .map((parts) => parts.join(''));

describe('references in reports', () => {
  it('are found with their kind, pictures told apart, and brackets in names of tags kept', () => {
    const text = `@[attribute](${uuid}) @![attribute](${uuid}) @[tag](misp-galaxy:x="A (B)") [no](ref) @[other](x)`;
    expect(findReferences(text).map(({ kind, target, picture }) => [kind, target, picture])).toEqual([
      ['attribute', uuid, false],
      ['attribute', uuid, true],
      ['tag', 'misp-galaxy:x="A (B)"', false],
    ]);
  });

  it('are blanked out without moving anything', () => {
    fc.assert(
      fc.property(around, around, (before, after) => {
        const text = `${before}@[tag](tlp:red)${after}`;
        const blank = withoutReferences(text);
        expect(blank).toHaveLength(text.length);
        // What stood around them may look like a reference afterwards: @[tag]((@[tag](x))).
        const blanked = findReferences(text).map(({ start, end }) => blank.slice(start, end).trim());
        expect(new Set(blanked)).toEqual(new Set(['']));
        // By units of UTF-16: a letter beyond the basic plane is two of them, and becomes two blanks.
        const kept = blank.split('').every((unit, at) => unit === ' ' || unit === text[at]);
        expect(kept).toBe(true);
      }),
    );
  });
});

describe('replacing values', () => {
  it('leaves references and longer words alone, and prefers the longest value', () => {
    const marks = new Map([
      ['evil.com', 'A'],
      ['evil.com/path', 'B'],
    ]);
    const text = 'evil.com notevil.com evil.com/path evil.com. @[tag](evil.com) (evil.com)';
    const { content, replaced } = replaceValues(text, marks);
    expect(content).toBe('A notevil.com B A. @[tag](evil.com) (A)');
    expect(replaced).toEqual(['evil.com', 'evil.com/path']);
  });

  it('changes nothing but the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom('evil.com', ' ', 'x', '1.2.3.4', '@[tag](a)'), around)),
        (parts) => {
          const text = parts.join('');
          const same = new Map([
            ['evil.com', 'evil.com'],
            ['1.2.3.4', '1.2.3.4'],
          ]);
          expect(replaceValues(text, same).content).toBe(text);
        },
      ),
    );
  });
});
