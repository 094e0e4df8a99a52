import { describe, expect, it } from 'vitest';
import { readUuid, readUuidShape } from './uuid.ts';

describe('readUuid', () => {
  it('gives lower case', () => {
    expect(readUuid('E0000000-0000-4000-8000-00000000ABCD')).toBe('e0000000-0000-4000-8000-00000000abcd');
  });

  it('takes the nil uuid', () => {
    expect(readUuid('00000000-0000-0000-0000-000000000000')).toBe('00000000-0000-0000-0000-000000000000');
  });

  it.each([
    '',
    'zz',
    '{e0000000-0000-4000-8000-000000000001}',
    'urn:uuid:e0000000-0000-4000-8000-000000000001',
    'e0000000-0000-4000-8000-00000000001',
    'e0000000-0000-4000-8000-0000000000011',
    'e0000000-0000-4000-c000-000000000001',
    'e0000000-0000-7000-8000-000000000001',
    'e0000000-0000-4000-8000-000000000001\n',
    1,
    null,
    undefined,
    ['e0000000-0000-4000-8000-000000000001'],
  ])('refuses %j', (value) => {
    expect(readUuid(value)).toBeNull();
  });
});

describe('readUuidShape', () => {
  it('takes uuids of any version and variant', () => {
    expect(readUuidShape('9F8E7D6C-5B4A-7C2D-1E0F-9A8B7C6D5E4F')).toBe('9f8e7d6c-5b4a-7c2d-1e0f-9a8b7c6d5e4f');
    expect(readUuidShape('9f8e7d6c5b4a7c2d1e0f9a8b7c6d5e4f')).toBeNull();
  });
});
