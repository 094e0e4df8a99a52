/** Fields that hold what signs somebody in, here or elsewhere. */
const SECRET =
  /^(.*_)?(password|passwd|pass|passphrase|secret|token|otp|totp|csrf_token|auth|authkey|authkey_raw|authorization|headers?)$|(api|auth|private|encryption|external)[_-]?key$/i;
/** PEM of a private key, whatever the field is called (RFC 7468). */
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----/;
const MASK = '*****';

/** Whether a field of this name holds a secret. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name);
}

/** JSON with asterisks in the place of secrets; null when the text is no JSON, or nested too deeply to be looked into. */
export function maskedJson(text: string, isSecret: (name: string) => boolean = isSecretName): string | null {
  try {
    return JSON.stringify(JSON.parse(text), (name, value: unknown) => maskedValue(name, value, isSecret));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

/** The value of a field as it may be kept. A text that is JSON itself, as forms have it, is looked into as well. */
export function maskedValue(name: string, value: unknown, isSecret: (name: string) => boolean): unknown {
  const isEmpty = value === null || value === '' || typeof value === 'boolean';
  if (isSecret(name) && !isEmpty) return MASK;
  if (typeof value === 'string' && PRIVATE_KEY.test(value)) return MASK;
  if (typeof value !== 'string' || !/^\s*[{[]/.test(value)) return value;
  return maskedJson(value, isSecret) ?? value;
}

/** The address without a key that stands in it. */
export function withoutUrlKey(url: string): string {
  return url.replaceAll(/(\/apikey(?::|%3a))[^/?]*/gi, '$1*');
}
