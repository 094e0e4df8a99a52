import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { safeFileName } from './file-name.ts';

describe('a safe file name', () => {
  it.each([
    ['up.exe', 'up.exe'],
    ['C:\\temp\\..\\up.exe', 'up.exe'],
    ['../../etc/passwd', 'passwd'],
    ['a\u0000b\r\n.txt', 'ab.txt'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['name|0123', 'name_0123'],
  ])('of %j is %j', (sent, expected) => {
    expect(safeFileName(sent)).toBe(expected);
  });

  it.each([[''], ['..'], ['a/'], ['\u0007']])('of %j does not exist', (sent) => {
    expect(safeFileName(sent)).toBeNull();
  });

  it('is short, keeps its extension, and names no folder, whatever is sent', () => {
    expect(safeFileName(`${'x'.repeat(500)}.exe`)).toMatch(/^x{100,116}\.exe$/);
    fc.assert(
      fc.property(fc.oneof(hostileText(), hostileText(400)), (sent) => {
        const name = safeFileName(sent);
        if (name === null) return;
        expect([...name].length).toBeLessThanOrEqual(120);
        expect(name).not.toMatch(/[\\/|\p{Cc}\p{Bidi_Control}]|^\.*$/u);
        expect(safeFileName(name)).toBe(name);
      }),
    );
  });
});
