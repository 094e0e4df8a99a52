import { describe, expect, it } from 'vitest';
import { correlationKeys, neverCorrelates } from './keys.ts';

describe('correlationKeys', () => {
  it('ignores case and outer white space', () => {
    expect(correlationKeys('filename', 'Evil.EXE ', '')).toEqual({ key1: 'evil.exe', key2: null });
  });

  it('takes both halves of a composite', () => {
    expect(correlationKeys('filename|md5', 'A.exe', 'd41d')).toEqual({ key1: 'a.exe', key2: 'd41d' });
    expect(correlationKeys('malware-sample', 'A.exe', 'd41d')).toEqual({ key1: 'a.exe', key2: 'd41d' });
  });

  it.each(['ip-src|port', 'ip-dst|port', 'hostname|port'])('leaves the port of %s out', (type) => {
    expect(correlationKeys(type, '1.2.3.4', '80')).toEqual({ key1: '1.2.3.4', key2: null });
  });

  it('gives no keys to types that never correlate', () => {
    expect(neverCorrelates('comment')).toBe(true);
    expect(correlationKeys('comment', 'x', '')).toEqual({ key1: null, key2: null });
  });

  it('gives no key to an empty half', () => {
    expect(correlationKeys('regkey|value', 'HKLM\\x', '')).toEqual({ key1: 'hklm\\x', key2: null });
  });
});
