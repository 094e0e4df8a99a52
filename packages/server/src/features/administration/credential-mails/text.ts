import type { Magpie } from '../../../context.ts';
import type { Mail, Recipient } from '../../../mail/mail.ts';

/** Why a user is mailed a password. */
export type CredentialMailKind = 'new_user' | 'password_reset';

const TEXTS = { new_user: 'MISP.newUserText', password_reset: 'MISP.passwordResetText' } as const;
const SUBJECTS = { new_user: 'New user registration', password_reset: 'Password reset' } as const;

/** The mail with a temporary password, from the text that the instance's administrator may change. */
export function credentialMail(magpie: Magpie, kind: CredentialMailKind, to: Recipient, password: string): Mail {
  const { mail, settings } = magpie;
  return {
    to,
    subject: `${mail.prefix} ${SUBJECTS[kind]}`,
    text: fillTemplate(settings.get(TEXTS[kind]), {
      password,
      username: to.email,
      org: settings.get('MISP.org'),
      misp: mail.url(''),
      contact: mail.contact,
    }),
  };
}

/** Puts values in MISP's text settings: `$name` for a value, a written `\n` for a line break. */
export function fillTemplate(template: string, values: Readonly<Record<string, string>>): string {
  // Line breaks first: a value may contain a backslash.
  return template
    .replaceAll(String.raw`\n`, '\n')
    .replaceAll(/\$([a-z]+)/g, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : whole));
}
