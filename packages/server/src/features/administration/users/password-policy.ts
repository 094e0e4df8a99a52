import type { Magpie } from '../../../context.ts';
import { matchesInTime, readExpression } from './password-expression.ts';
import { MAX_PASSWORD_LENGTH } from './passwords.ts';

/** Whatever the setting says: a mistyped one must not allow empty passwords. */
const MIN_LENGTH = 8;

/** MISP's default rule: a digit or symbol with capital and small letters, or 16 characters of any kind. */
const hasDigitOrSymbol = /[\d\W]/;

/** What is wrong with a new password by the instance's rules, in MISP's words; an empty list when nothing is. */
export function passwordFaults(magpie: Magpie, password: string): string[] {
  const faults: string[] = [];
  if (password.length > MAX_PASSWORD_LENGTH) return [`A password may have ${MAX_PASSWORD_LENGTH} characters.`];
  if (password.length < Math.max(MIN_LENGTH, magpie.settings.get('Security.password_policy_length'))) {
    faults.push('Password length requirement not met.');
  } else if (!meetsComplexity(password, magpie.settings.get('Security.password_policy_complexity'))) {
    faults.push('Password complexity requirement not met.');
  }
  return faults;
}

/** By the instance's own expression; the settings API stores none that cannot be read. */
function meetsComplexity(password: string, setting: string): boolean {
  const expression = setting === '' ? null : readExpression(setting);
  if (expression !== null) return matchesInTime(expression, password);
  if (password.length >= 16) return true;
  return hasDigitOrSymbol.test(password) && /[A-Z]/.test(password) && /[a-z]/.test(password);
}
