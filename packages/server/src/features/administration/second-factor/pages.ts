import { escapeHtml } from '../../../http/escape-html.ts';
import { layout, problem } from '../sign-in/pages.ts';
import type { SignInTexts } from '../sign-in/texts.ts';

interface CodeOptions {
  instance: string;
  /** Which code is asked for. */
  from: 'totp' | 'email';
  problem?: string;
}

/**
 * Asks for the code after the password. Works without script. As the sign-in form it goes to the page's own address,
 * where the way back stands, so that the fragment of a link outlives this page too.
 */
export function codePage(texts: SignInTexts, options: CodeOptions): string {
  return layout(texts, texts.signIn, options.instance, [
    problem(options.problem),
    `<p id="rule" class="hint">${escapeHtml(options.from === 'totp' ? texts.codeOfDevice : texts.codeOfMail)}</p>`,
    '<form method="post">',
    codeField(texts),
    `<button type="submit">${escapeHtml(texts.signIn)}</button></form>`,
    `<p><a href="/users/login">${escapeHtml(texts.startOver)}</a></p>`,
  ]);
}

interface SetupOptions {
  instance: string;
  csrfToken: string;
  secret: string;
  otpauth: string;
  problem?: string;
}

/** Shows a secret for an authenticator and asks for a code of it. */
export function totpSetupPage(texts: SignInTexts, options: SetupOptions): string {
  return layout(texts, texts.secondFactor, options.instance, [
    problem(options.problem),
    `<p>${escapeHtml(texts.setUpSecondFactor)}</p>`,
    `<p><a href="${escapeHtml(options.otpauth)}"><code>${escapeHtml(options.secret)}</code></a></p>`,
    '<form method="post" action="/users/totp_new">',
    `<input type="hidden" name="csrf_token" value="${escapeHtml(options.csrfToken)}">`,
    `<input type="hidden" name="secret" value="${escapeHtml(options.secret)}">`,
    codeField(texts),
    `<button type="submit">${escapeHtml(texts.save)}</button></form>`,
  ]);
}

function codeField(texts: SignInTexts): string {
  return `<label for="otp">${escapeHtml(texts.code)}</label>
<input id="otp" name="otp" type="text" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required autofocus>`;
}
