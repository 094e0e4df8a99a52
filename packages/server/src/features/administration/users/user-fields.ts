import { Invalid } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, readInteger, readText } from '../../../http/lenient.ts';
import type { UserColumn, UserValues } from './queries.ts';

const MAX_MAIL_LENGTH = 255;
const MAX_TEXT_LENGTH = 65_535;
/** Unicode letters in the local part, and a domain without a dot, as MISP allows. */
const MAIL = /^[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u;

const flags = [
  'autoalert',
  'contactalert',
  'termsaccepted',
  'change_pw',
  'disabled',
  'force_logout',
  'external_auth_required',
  'notification_daily',
  'notification_weekly',
  'notification_monthly',
] as const satisfies readonly UserColumn[];
const numbers = ['server_id', 'nids_sid', 'newsread'] as const satisfies readonly UserColumn[];
const texts = ['gpgkey', 'certif_public', 'external_auth_key', 'sub'] as const satisfies readonly UserColumn[];

/** Fields every user may change of himself. */
export const ownFields: ReadonlySet<UserColumn> = new Set([
  'email',
  'autoalert',
  'gpgkey',
  'certif_public',
  'nids_sid',
  'contactalert',
  'disabled',
  'notification_daily',
  'notification_weekly',
  'notification_monthly',
]);

/** Fields an administrator may change; organisation, role and password have rules of their own. */
export const administeredFields: ReadonlySet<UserColumn> = new Set([
  'email',
  ...flags,
  ...numbers,
  ...texts,
  'expiration',
]);

/**
 * Reads the plain fields of a user from a body; absent and null ones are left out. Throws `Invalid` with a message for
 * each field that is wrong.
 */
export function readUserFields(body: JsonObject, allowed: ReadonlySet<UserColumn>): UserValues {
  const values: UserValues = {};
  const faults: Record<string, string[]> = {};
  const given = (field: UserColumn) =>
    allowed.has(field) && Object.hasOwn(body, field) && body[field] !== null && !isMasked(field, body[field]);

  for (const field of flags.filter(given)) {
    const value = readBoolean(body[field]);
    if (value === undefined) faults[field] = ['Expected a boolean.'];
    else values[field] = value;
  }
  for (const field of numbers.filter(given)) {
    const value = readInteger(body[field]);
    if (value === null || value < 0) faults[field] = ['Expected a whole number.'];
    else values[field] = value;
  }
  for (const field of texts.filter(given)) {
    const value = scalar(body[field]);
    const fault = value === null ? 'Expected a text.' : textFault(field, value);
    if (value === null || fault !== null) faults[field] = [fault ?? ''];
    else values[field] = value;
  }
  if (given('email')) {
    const email = scalar(body.email)?.trim() ?? '';
    if (isMail(email)) values.email = email;
    else faults.email = ['Please enter a valid email address.'];
  }
  if (allowed.has('expiration') && Object.hasOwn(body, 'expiration')) {
    const date = readExpiration(body.expiration);
    if (date === undefined) faults.expiration = ['Expected a date.'];
    else values.expiration = date;
  }
  if (Object.keys(faults).length > 0) throw new Invalid('', faults);
  return values;
}

/** Secrets are shown as five asterisks or six, which change nothing when a client sends the whole record back. */
function isMasked(field: string, value: unknown): boolean {
  const isSecret = field === 'password' || field === 'external_auth_key';
  return isSecret && typeof value === 'string' && /^\*{5,6}$/.test(value);
}

/** True for a mail address as MISP takes it. */
export function isMail(text: string): boolean {
  return text.length <= MAX_MAIL_LENGTH && MAIL.test(text);
}

/** The new password of a body, checked for being a text that equals its confirmation; undefined when none is given. */
export function readNewPassword(body: JsonObject): string | undefined {
  const password = Object.hasOwn(body, 'password') ? body.password : undefined;
  if (password === undefined || password === null || password === '' || isMasked('password', password))
    return undefined;
  if (typeof password !== 'string') throw new Invalid('', { password: ['Expected a text.'] });
  const confirmation = readText(body, 'confirm_password');
  if (confirmation !== undefined && confirmation !== password) {
    throw new Invalid('', { password: ['Please re-enter your password twice so that the values match.'] });
  }
  return password;
}

function scalar(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && !isObject(value) ? value : null;
}

function textFault(field: (typeof texts)[number], value: string): string | null {
  if (value.length > MAX_TEXT_LENGTH) return `At most ${MAX_TEXT_LENGTH} characters are stored.`;
  if (field === 'gpgkey' && value !== '' && !value.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')) {
    return 'GnuPG key not valid, please enter a valid key.';
  }
  if (field === 'certif_public' && value !== '' && !value.includes('-----BEGIN CERTIFICATE-----')) {
    return 'Certificate not valid, please enter a valid certificate (x509).';
  }
  return null;
}

function readExpiration(value: unknown): Date | null | undefined {
  if (value === null || value === '') return null;
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$/.test(value)) return undefined;
  const date = new Date(`${value.replace(' ', 'T')}${value.length > 10 ? 'Z' : ''}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
