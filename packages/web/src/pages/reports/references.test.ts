import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { markReferences, readReference, safeAddress } from './references.ts';

const addresses = (markdown: string) =>
  [...markReferences(markdown).matchAll(/\]\((magpie-reference:[^)]*)\)/g)].map((match) => match[1]);

describe('references in reports', () => {
  it('are found with what they name', () => {
    const uuid = '5bbe60c9-f060-4d60-89ab-018b0a016219';
    expect(addresses(`See @[attribute](${uuid}) and @![attribute](${uuid}).`).map(readReference)).toEqual([
      { kind: 'attribute', target: uuid, picture: false },
      { kind: 'attribute', target: uuid, picture: true },
    ]);
  });

  it('keep names of tags with brackets, bars and quotes', () => {
    const name = 'misp-galaxy:threat-actor="Some (Name) | other"';
    expect(addresses(`| @[tag](${name}) |`).map(readReference)).toEqual([
      { kind: 'tag', target: name, picture: false },
    ]);
  });

  it.each(['`@[tag](tlp:red)`', '```\n@[tag](tlp:red)\n```', '~~~\n@[tag](tlp:red)', 'mail@[tag] (x)'])(
    'are not read in %s',
    (text) => expect(markReferences(text)).toBe(text),
  );

  it('come back from any name', () => {
    const name = hostileText().map((text) => text.replaceAll(/[()\n`~]/g, ''));
    fc.assert(
      fc.property(name, (text) => {
        expect(addresses(`@[tag](${text})`).map(readReference)).toEqual([
          { kind: 'tag', target: text.trim().toWellFormed(), picture: false },
        ]);
      }),
    );
  });
});

describe('addresses in reports', () => {
  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    'vbscript:x',
    '/users',
  ])('lead nowhere when they are %s', (address) => expect(safeAddress(address)).toBe(''));
  it.each(['https://example.org/', '#part', 'mailto:a@example.org'])('stay when they are %s', (address) =>
    expect(safeAddress(address)).toBe(address),
  );
});
