// Letters and digits that no font makes look alike.
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789';

/** A password of 20 characters (115 bits) from the browser's secure source; meets the default policy. */
export function randomPassword(): string {
  for (;;) {
    const bytes = crypto.getRandomValues(new Uint8Array(64));
    // Bytes beyond the last whole multiple would favour the first letters.
    const fair = [...bytes].filter((byte) => byte < 256 - (256 % alphabet.length));
    const password = fair
      .slice(0, 20)
      .map((byte) => alphabet.charAt(byte % alphabet.length))
      .join('');
    if (password.length === 20 && /[a-z]/.test(password) && /[A-Z]/.test(password) && /\d/.test(password))
      return password;
  }
}
