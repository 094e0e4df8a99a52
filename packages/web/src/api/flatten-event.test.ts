import { describe, expect, it } from 'vitest';
import { filterRows, flattenEvent } from './flatten-event.ts';
import type { Attribute, MispObject } from './wire.ts';

const attribute = (id: string, changes: Partial<Attribute> = {}): Attribute => ({
  id,
  uuid: `uuid-${id}`,
  event_id: '1',
  object_id: '0',
  object_relation: null,
  category: 'Network activity',
  type: 'ip-dst',
  value: `192.0.2.${id}`,
  comment: '',
  to_ids: true,
  disable_correlation: false,
  distribution: '5',
  sharing_group_id: '0',
  timestamp: id,
  deleted: false,
  first_seen: null,
  last_seen: null,
  ...changes,
});

const object = (
  id: string,
  attributes: readonly Attribute[],
): MispObject & { readonly Attribute: readonly Attribute[] } => ({
  id,
  uuid: `object-${id}`,
  event_id: '1',
  name: 'file',
  'meta-category': 'file',
  description: '',
  template_uuid: '',
  template_version: '1',
  comment: '',
  distribution: '5',
  sharing_group_id: '0',
  timestamp: id,
  deleted: false,
  first_seen: null,
  last_seen: null,
  Attribute: attributes,
});

const event = {
  Attribute: [attribute('1'), attribute('2', { to_ids: false, comment: 'Beacon' })],
  Object: [
    object('9', [attribute('3', { value: 'a.exe', type: 'filename', to_ids: false }), attribute('4', { value: 'b' })]),
  ],
};
const ids = (rows: readonly { readonly kind: string; readonly id: string }[]) =>
  rows.map((row) => `${row.kind[0]}${row.id}`);

describe('rows of an event', () => {
  it('puts attributes below their object, then loose ones, newest first', () => {
    expect(ids(flattenEvent(event))).toEqual(['o9', 'a3', 'a4', 'a2', 'a1']);
  });

  it('keeps the object of an attribute that matches', () => {
    expect(ids(filterRows(flattenEvent(event), { searchFor: 'A.EXE' }))).toEqual(['o9', 'a3']);
  });

  it('brings all attributes of an object that matches itself', () => {
    expect(ids(filterRows(flattenEvent(event), { searchFor: 'file' }))).toEqual(['o9', 'a3', 'a4']);
  });

  it('searches comments', () => {
    expect(ids(filterRows(flattenEvent(event), { searchFor: 'beacon' }))).toEqual(['a2']);
  });

  it('tells detection apart', () => {
    expect(ids(filterRows(flattenEvent(event), { toIDS: '1' }))).toEqual(['o9', 'a4', 'a1']);
    expect(ids(filterRows(flattenEvent(event), { toIDS: '2' }))).toEqual(['o9', 'a3', 'a2']);
  });
});
