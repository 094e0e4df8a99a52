import { describe, expect, it } from 'vitest';
import { valuesOf } from './template-values.ts';

describe('what was filled in to a template', () => {
  it('is a text, a list of lines where several are allowed, or an object by relation; blanks are left out', () => {
    const elements = [
      { type: 'text_block', id: 'intro' },
      { type: 'attribute_field', id: 'sender' },
      { type: 'attribute_field', id: 'url', repeatable: true },
      { type: 'attribute_field', id: 'empty' },
      { type: 'object_field', id: 'file', relations: [{ object_relation: 'md5' }, { object_relation: 'name' }] },
    ];
    const filled = {
      sender: ' a@example.org ',
      url: 'https://a.example\n\n https://b.example ',
      empty: ' ',
      'file md5': 'x',
    };
    expect(valuesOf(elements, filled)).toEqual({
      sender: 'a@example.org',
      url: ['https://a.example', 'https://b.example'],
      file: { md5: 'x' },
    });
  });
});
