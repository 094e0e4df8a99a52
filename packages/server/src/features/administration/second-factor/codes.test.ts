import { describe, expect, it } from 'vitest';
import { hotp, isSecret, matchHotp, matchTotp, newSecret, otpauthUrl } from './codes.ts';

/** The secret of the RFCs' test vectors: "12345678901234567890". */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('one-time passwords', () => {
  it('are those of RFC 4226, appendix D', () => {
    expect([0, 1, 2, 9].map((counter) => hotp(SECRET, counter))).toEqual(['755224', '287082', '359152', '520489']);
  });

  it('are those of RFC 6238, appendix B, cut to six digits', () => {
    for (const [seconds, code] of [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [20_000_000_000, '353130'],
    ] as const) {
      expect(matchTotp(SECRET, code, seconds, 0)).toBe(Math.floor(seconds / 30));
    }
  });

  it('count a step before and after now, and never twice', () => {
    const code = hotp(SECRET, 1000);
    expect(matchTotp(SECRET, code, 1001 * 30, 0)).toBe(1000);
    expect(matchTotp(SECRET, code, 999 * 30, 0)).toBe(1000);
    expect(matchTotp(SECRET, code, 1002 * 30, 0)).toBeNull();
    expect(matchTotp(SECRET, code, 1000 * 30, 1000)).toBeNull();
    expect(matchTotp(SECRET, '', 1000 * 30, 0)).toBeNull();
  });

  it('of paper count from the counter on', () => {
    expect(matchHotp(SECRET, hotp(SECRET, 7), 5, 50)).toBe(7);
    expect(matchHotp(SECRET, hotp(SECRET, 4), 5, 50)).toBeNull();
    expect(matchHotp(SECRET, hotp(SECRET, 55), 5, 50)).toBeNull();
  });

  it('have random secrets that authenticators can read', () => {
    const [one, two] = [newSecret(), newSecret()];
    expect(one).not.toBe(two);
    expect([isSecret(one), isSecret('short'), isSecret(`${one}A`)]).toEqual([true, false, false]);
    expect(otpauthUrl(SECRET, 'ann@acme.test', 'ACME MISP')).toBe(
      `otpauth://totp/ACME%20MISP:ann%40acme.test?secret=${SECRET}&issuer=ACME%20MISP&algorithm=SHA1&digits=6&period=30`,
    );
  });
});
