import { describe, expect, it } from 'vitest';
import type { ObjectTemplateElement } from '../../api/wire.ts';
import { splitForObject } from './as-object.ts';
import type { ReviewRow } from './review-table.tsx';

const row = (type: string, value: string): ReviewRow => ({
  ...{ type, value, original: value, category: 'Network activity', toIds: true, comment: '' },
  ...{ alternatives: [type], ticked: true, error: undefined },
});
const element = (relation: string, type: string, priority: number, multiple = false): ObjectTemplateElement => ({
  ...{ id: relation, object_relation: relation, type, 'ui-priority': String(priority), multiple },
  ...{ categories: [], sane_default: [], values_list: [], description: '', disable_correlation: null },
});
const template = {
  ObjectTemplate: {
    ...{ id: '1', uuid: 'u', name: 'domain-ip', 'meta-category': 'network', description: 'd', version: '9' },
    ...{ active: true, requirements: [] as const },
  },
  ObjectTemplateElement: [
    element('text', 'text', 9),
    element('registered', 'domain', 0),
    element('domain', 'domain', 1),
    element('ip', 'ip-dst', 1, true),
  ],
};

describe('rows that become an object', () => {
  it('take relations of their types, the important first, and several where that is allowed', () => {
    const rows = [row('domain', 'a.com'), row('ip-dst', '192.0.2.1'), row('ip-dst', '192.0.2.2'), row('md5', 'x')];
    const split = splitForObject([...rows, row('domain', 'b.com'), row('domain', 'c.com')], template);
    expect(split?.object.Attribute.map(({ object_relation, value }) => [object_relation, value])).toEqual([
      ['domain', 'a.com'],
      ['ip', '192.0.2.1'],
      ['ip', '192.0.2.2'],
      ['registered', 'b.com'],
    ]);
    expect(split?.others.map(({ value }) => value)).toEqual(['x', 'c.com']);
    expect(split?.object).toMatchObject({ name: 'domain-ip', template_uuid: 'u', template_version: '9' });
  });

  it('are none when no type fits', () => {
    expect(splitForObject([row('md5', 'x')], template)).toBeNull();
  });
});
