import { describe, expect, it } from 'vitest';
import { definitionOf, draftOf, moveElement, newElement, renameElement } from './template-draft.ts';

const stored = {
  id: '1',
  name: 'Phishing',
  description: 'A mail',
  distribution: '1',
  active: true,
  org_id: '1',
  version: '2',
  modified: '',
  definition: {
    schema_version: 1,
    uuid: 'u',
    name: 'Phishing',
    description: 'A mail',
    event_defaults: {
      info_template: 'Phish {{date}}',
      threat_level_id: 2,
      tags: [{ name: 'tlp:amber', locked: true }],
      galaxy_clusters: [{ value: 'x' }],
    },
    structure: [
      { type: 'section', id: 's1', label: 'Mail' },
      {
        type: 'attribute_field',
        id: 'sender',
        parent: 's1',
        label: 'Sender',
        misp: { type: 'email-src' },
        hint: 'kept',
      },
      { type: 'object_reference', id: 'r1', from: 'files', to: 'sender', relationship_type: 'sent-by' },
    ],
  },
};

describe('the draft of a template', () => {
  it('becomes the same definition again when nothing is changed, unknown parts included', () => {
    expect(definitionOf(draftOf(stored), stored)).toEqual(stored.definition);
  });

  it('keeps what a tag is besides its name, and leaves out what was emptied', () => {
    const draft = { ...draftOf(stored), tags: 'tlp:amber\n\n new:tag ', info: ' ', threatLevel: '' };
    expect(definitionOf(draft, stored).event_defaults).toEqual({
      tags: [{ name: 'tlp:amber', locked: true }, { name: 'new:tag' }],
      galaxy_clusters: [{ value: 'x' }],
    });
  });

  it('renames an element with all that refers to it', () => {
    const { elements } = draftOf(stored);
    const renamed = renameElement(elements, elements[1]?.key ?? -1, 'from_whom');
    expect(renamed.map(({ id, body }) => [id, body.parent, body.to])).toEqual([
      ['s1', undefined, undefined],
      ['from_whom', 's1', undefined],
      ['r1', undefined, 'from_whom'],
    ]);
  });

  it('gives new elements ids of their own, and moves elements within bounds', () => {
    const { elements } = draftOf(stored);
    const made = newElement('section', elements);
    expect(made).toMatchObject({ id: 'section_1', body: {} });
    expect(newElement('section', [...elements, made]).id).toBe('section_2');
    const first = elements[0]?.key ?? -1;
    expect(moveElement(elements, first, -1)).toBe(elements);
    expect(moveElement(elements, first, 1).map(({ id }) => id)).toEqual(['sender', 's1', 'r1']);
  });
});
