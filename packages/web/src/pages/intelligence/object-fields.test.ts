import { describe, expect, it } from 'vitest';
import type { ObjectTemplateElement } from '../../api/wire.ts';
import { attributesOf, firstRelations, missingOf } from './object-fields.ts';

const element = (object_relation: string, changes: Partial<ObjectTemplateElement> = {}): ObjectTemplateElement => ({
  id: object_relation,
  object_relation,
  type: 'text',
  'ui-priority': '0',
  categories: [],
  sane_default: [],
  values_list: [],
  description: '',
  disable_correlation: false,
  multiple: false,
  ...changes,
});

describe('fields of an object', () => {
  const requirements = { required: ['name'], requiredOneOf: ['md5', 'sha1'] };

  it('shows required fields first, then those of which one is needed, then the most usual', () => {
    const elements = [element('a', { 'ui-priority': '5' }), element('b'), element('md5'), element('name')];
    expect(firstRelations(elements, requirements)).toEqual(['name', 'md5', 'a', 'b']);
  });

  it('tells what is missing, all of it or one of it', () => {
    expect(missingOf({}, requirements)).toEqual({ relations: ['name'], all: true });
    expect(missingOf({ name: ['x'] }, requirements)).toEqual({ relations: ['md5', 'sha1'], all: false });
    expect(missingOf({ name: ['x'], sha1: [' ', 'y'] }, requirements)).toBeUndefined();
  });

  it('sends a value for each filled field, with the presets of the template', () => {
    const elements = [
      element('ip', { type: 'ip-dst', categories: ['Network activity'], disable_correlation: true }),
      element('note'),
    ];
    expect(attributesOf({ ip: ['192.0.2.1', ''], note: [' '] }, elements, undefined)).toEqual([
      {
        object_relation: 'ip',
        type: 'ip-dst',
        value: '192.0.2.1',
        to_ids: false,
        distribution: '5',
        disable_correlation: true,
        category: 'Network activity',
      },
    ]);
  });
});
