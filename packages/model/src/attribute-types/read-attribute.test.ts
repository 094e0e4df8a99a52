import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { type AttributeValues, type FieldErrors, readAttribute } from './read-attribute.ts';

// 2026-11-22T00:00:00Z
const now = 1_795_305_600;
const options = { defaultDistribution: 5, inObject: false, now };

function accepted(draft: Record<string, unknown>, inObject = false): AttributeValues {
  const result = readAttribute(draft, { ...options, inObject });
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.attribute;
}

function refused(draft: Record<string, unknown>, inObject = false): FieldErrors {
  const result = readAttribute(draft, { ...options, inObject });
  return result.ok ? {} : result.errors;
}

describe('readAttribute', () => {
  it('fills in what the type decides', () => {
    expect(accepted({ type: 'ip-src', value: '192.0.2.1' })).toEqual({
      type: 'ip-src',
      category: 'Network activity',
      value1: '192.0.2.1',
      value2: '',
      toIds: true,
      comment: '',
      distribution: 5,
      sharingGroupId: null,
      uuid: null,
      timestamp: null,
      firstSeen: null,
      lastSeen: null,
      disableCorrelation: false,
      deleted: false,
      objectRelation: null,
    });
  });

  it('reads every field in the loose forms clients send', () => {
    const draft = {
      type: 'text',
      category: 'External analysis',
      value: 5,
      to_ids: '1',
      comment: 7,
      distribution: '4',
      sharing_group_id: '12',
      uuid: 'B0000000-0000-4000-8000-00000000000A',
      timestamp: '1500000000',
      first_seen: '2024-01-01',
      last_seen: '2024-01-01',
      disable_correlation: 1,
      deleted: 'true',
      object_relation: 'text',
    };
    expect(accepted(draft, true)).toEqual({
      type: 'text',
      category: 'External analysis',
      value1: '5',
      value2: '',
      toIds: true,
      comment: '7',
      distribution: 4,
      sharingGroupId: 12,
      uuid: 'b0000000-0000-4000-8000-00000000000a',
      timestamp: 1_500_000_000,
      firstSeen: 1_704_067_200_000_000,
      lastSeen: 1_704_067_200_000_000,
      disableCorrelation: true,
      deleted: true,
      objectRelation: 'text',
    });
  });

  it.each([
    [0, '0'],
    [false, '0'],
    [true, '1'],
    [3.5, '3.5'],
  ])('stores the JSON value %j as text', (value, text) => {
    expect(accepted({ type: 'text', value }).value1).toBe(text);
  });

  it('joins value1 and value2 where there is no value', () => {
    const halves = { value1: 'A.exe', value2: 'D41D8CD98F00B204E9800998ECF8427E' };
    expect(accepted({ type: 'filename|md5', value: '', ...halves })).toMatchObject({
      value1: 'A.exe',
      value2: 'd41d8cd98f00b204e9800998ecf8427e',
    });
    expect(accepted({ type: 'text', value1: 'x' })).toMatchObject({ value1: 'x', value2: '' });
  });

  it('forgets the sharing group unless the distribution is 4', () => {
    expect(accepted({ type: 'text', value: 'x', distribution: 3, sharing_group_id: 9 }).sharingGroupId).toBeNull();
    expect(accepted({ type: 'text', value: 'x', distribution: 4, sharing_group_id: '0' }).sharingGroupId).toBeNull();
  });

  it('takes empty fields for absent ones', () => {
    const empty = {
      category: '',
      uuid: '',
      first_seen: '',
      timestamp: '',
      distribution: '',
      to_ids: null,
      comment: null,
    };
    expect(accepted({ type: 'md5', value: 'd41d8cd98f00b204e9800998ecf8427e', ...empty })).toMatchObject({
      category: 'Payload delivery',
      toIds: true,
      distribution: 5,
      timestamp: null,
    });
  });

  it('keeps pictures from correlating unless told otherwise', () => {
    expect(accepted({ type: 'attachment', value: 'image.PNG' }).disableCorrelation).toBe(true);
    expect(accepted({ type: 'attachment', value: 'image.PNG', disable_correlation: false }).disableCorrelation).toBe(
      false,
    );
    expect(accepted({ type: 'attachment', value: 'report.pdf' }).disableCorrelation).toBe(false);
  });

  it('drops an object_relation outside of objects and wants one inside', () => {
    expect(accepted({ type: 'text', value: 'x', object_relation: 'y' }).objectRelation).toBeNull();
    expect(refused({ type: 'text', value: 'x' }, true)).toEqual({
      object_relation: ['Object attribute sent, but no object_relation set.'],
    });
  });

  it.each([
    [{}, { type: ['No type set.'] }],
    [{ type: 'nope', value: 'x' }, { type: ['Invalid type.'] }],
    [{ type: 'constructor', value: 'x' }, { type: ['Invalid type.'] }],
    [{ type: 'text', value: ['x'] }, { value: ['Value is an array.'] }],
    [{ type: 'text', value: { a: 1 } }, { value: ['Value is an array.'] }],
    [
      { type: 'text', value: 'x', category: '__proto__' },
      { category: [expect.any(String)], type: [expect.any(String)] },
    ],
    [
      { type: 'text', value: 'x', category: ['Other'] },
      { category: [expect.any(String)], type: [expect.any(String)] },
    ],
    [{ type: 'text', value: '\u0001\u0002' }, { value: [expect.stringContaining('purely of control characters')] }],
    [{ type: 'regkey|value', value: 'a|\u0001' }, { value: [expect.stringContaining('purely of control characters')] }],
    [{ type: 'filename|md5', value: 'a|b|c' }, { value: [expect.stringContaining('composite')] }],
    [{ type: 'text', value: 'a\0b' }, { value: ['Text must not contain NUL characters.'] }],
    [{ type: 'text', value: 'a\ud800b' }, { value: [expect.stringContaining('valid Unicode')] }],
    [{ type: 'text', value: 'x', comment: '\udc00' }, { comment: [expect.stringContaining('valid Unicode')] }],
    [{ type: 'text', value: 'x', comment: [] }, { comment: ['The comment has to be text.'] }],
    [{ type: 'text', value: 'x', comment: 'c'.repeat(65_536) }, { comment: [expect.stringContaining('too long')] }],
    [{ type: 'text', value: 'é'.repeat(32_768) }, { value: [expect.stringContaining('too long')] }],
    [{ type: 'text', value: 'x', to_ids: 'maybe' }, { to_ids: ['The value has to be true or false.'] }],
    [{ type: 'text', value: 'x', deleted: [] }, { deleted: ['The value has to be true or false.'] }],
    [{ type: 'text', value: 'x', distribution: 6 }, { distribution: [expect.stringContaining('Options: Your')] }],
    [{ type: 'text', value: 'x', distribution: '-1' }, { distribution: [expect.stringContaining('Options: Your')] }],
    [{ type: 'text', value: 'x', distribution: '0x1' }, { distribution: [expect.stringContaining('Options: Your')] }],
    [{ type: 'text', value: 'x', timestamp: 'soon' }, { timestamp: [expect.any(String)] }],
    [{ type: 'text', value: 'x', timestamp: 1e18 }, { timestamp: [expect.any(String)] }],
    [{ type: 'text', value: 'x', uuid: 5 }, { uuid: ['Please provide a valid RFC 4122 UUID'] }],
    [{ type: 'text', value: 'x', first_seen: 1_700_000_000 }, { first_seen: ['Invalid ISO 8601 format'] }],
  ])('refuses %j', (draft, errors) => {
    expect(refused(draft)).toEqual(errors);
  });

  it('keeps characters beyond the basic plane and white space that MISP keeps', () => {
    expect(accepted({ type: 'text', value: ' \u{1f426}\u00a0 ' }).value1).toBe('\u{1f426}\u00a0');
  });

  it('lets the instance rewrite or block values', () => {
    const rewrite = (_: string, value: string) =>
      value.includes('secret') ? null : value.replace('C:\\', '%SystemDrive%\\');
    expect(readAttribute({ type: 'filename', value: 'C:\\x' }, { ...options, rewrite })).toMatchObject({
      attribute: { value1: '%SystemDrive%\\x' },
    });
    expect(readAttribute({ type: 'text', value: 'secret' }, { ...options, rewrite })).toMatchObject({
      errors: { value: ['This value is blocked by a regular expression in the import filters.'] },
    });
  });

  it('takes or refuses whatever is sent, and takes nothing that no database holds', () => {
    const keys = [
      ...['type', 'category', 'value', 'value1', 'value2', 'to_ids', 'comment', 'distribution', 'uuid', 'timestamp'],
      ...['first_seen', 'last_seen', 'deleted', 'sharing_group_id', 'object_relation', 'disable_correlation', 'Tag'],
    ];
    const sent = fc.oneof(
      ...[fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }), hostileText()],
      fc.constantFrom('text', 'md5', 'ip-dst|port', 'Other', '1.2.3.4|80', 'd41d8cd98f00b204e9800998ecf8427e'),
      fc.constantFrom('-1', '1e400', '4294967296', '9223372036854775808', 1e300, 2 ** 53, '0001-01-01', '9999-12-31'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...keys), sent), fc.boolean(), (draft, inObject) => {
        const read = readAttribute(draft, { ...options, inObject });
        if (!read.ok) {
          expect(Object.keys(read.errors)).not.toEqual([]);
          return;
        }
        for (const held of Object.values(read.attribute)) {
          if (typeof held === 'string') expect([held.includes('\0'), held.isWellFormed()]).toEqual([false, true]);
          if (typeof held === 'number') expect(Number.isInteger(held)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
