import { escapeHtml } from '../../../http/escape-html.ts';
import type { SignInTexts } from './texts.ts';

/** Where the pages' style sheet is served; it is a file of its own because the policy allows no inline style. */
export const STYLE_PATH = '/ui/sign-in.css';

/**
 * The sign-in form. Works without script; a stale one just tries again. It names no target, as the forms for a code, a
 * new password and the terms do not: a form without one goes to the page's own address, with the fragment that a link
 * to a tab of a page brought along, and the browser keeps that fragment over the redirect that follows.
 */
export function signInPage(
  texts: SignInTexts,
  options: {
    instance: string;
    mail?: string;
    problem?: string;
    above?: string;
    below?: string;
    /** Said instead of asking for a password. */
    closed?: string;
  },
): string {
  if (options.closed !== undefined) {
    const said = [options.above, options.closed, options.below].map(paragraph);
    return layout(texts, texts.signIn, options.instance, said);
  }
  return layout(texts, texts.signIn, options.instance, [
    paragraph(options.above),
    problem(options.problem),
    '<form method="post" id="UserLoginForm">',
    field({ id: 'email', label: texts.mail, type: 'email', autocomplete: 'username', value: options.mail ?? '' }),
    field({ id: 'password', label: texts.password, type: 'password', autocomplete: 'current-password' }),
    `<button type="submit">${escapeHtml(texts.signIn)}</button></form>`,
    paragraph(options.below),
  ]);
}

interface ChangePasswordOptions {
  instance: string;
  /** Whose password it is: password managers look for it. */
  mail: string;
  csrfToken: string;
  length: number;
  forced: boolean;
  problem?: string;
}

/** The form for one's own new password. */
export function changePasswordPage(texts: SignInTexts, options: ChangePasswordOptions): string {
  return layout(texts, texts.changePassword, options.instance, [
    problem(options.problem),
    options.forced ? `<p>${escapeHtml(texts.mustChange)}</p>` : '',
    '<form method="post">',
    `<input type="hidden" name="csrf_token" value="${escapeHtml(options.csrfToken)}">`,
    `<input type="text" autocomplete="username" value="${escapeHtml(options.mail)}" hidden readonly>`,
    field({ id: 'current_password', label: texts.currentPassword, type: 'password', autocomplete: 'current-password' }),
    field({
      id: 'password',
      label: texts.newPassword,
      type: 'password',
      autocomplete: 'new-password',
      describedBy: 'rule',
    }),
    field({ id: 'confirm_password', label: texts.repeatPassword, type: 'password', autocomplete: 'new-password' }),
    `<p id="rule" class="hint">${escapeHtml(texts.rule.replace('{length}', String(options.length)))}</p>`,
    `<button type="submit">${escapeHtml(texts.save)}</button></form>`,
  ]);
}

/** Asks before signing out, since following a link must not change anything. */
export function signOutPage(texts: SignInTexts, options: { instance: string; csrfToken: string }): string {
  return layout(texts, texts.signOut, options.instance, [
    `<p>${escapeHtml(texts.signOutQuestion)}</p>`,
    '<form method="post" action="/users/logout">',
    `<input type="hidden" name="csrf_token" value="${escapeHtml(options.csrfToken)}">`,
    `<button type="submit">${escapeHtml(texts.signOut)}</button></form>`,
  ]);
}

/** The terms, with a button to accept them; `text` null leads to the file instead. */
export function termsPage(
  texts: SignInTexts,
  options: { instance: string; csrfToken: string; text: string | null },
): string {
  return layout(texts, texts.terms, options.instance, [
    options.text === null
      ? `<p><a href="/users/downloadTerms" download>${escapeHtml(texts.downloadTerms)}</a></p>`
      : `<pre class="terms" tabindex="0">${escapeHtml(options.text)}</pre>`,
    '<form method="post">',
    `<input type="hidden" name="csrf_token" value="${escapeHtml(options.csrfToken)}">`,
    `<button type="submit">${escapeHtml(texts.acceptTerms)}</button></form>`,
  ]);
}

/** A page with one sentence. */
export function noticePage(texts: SignInTexts, options: { instance: string; notice: string }): string {
  return layout(texts, 'Magpie', options.instance, [`<p>${escapeHtml(options.notice)}</p>`]);
}

function paragraph(text: string | undefined): string {
  return text === undefined || text === '' ? '' : `<p>${escapeHtml(text)}</p>`;
}

/** What was wrong, read aloud at once. */
export function problem(text: string | undefined): string {
  return text === undefined ? '' : `<p class="problem" role="alert">${escapeHtml(text)}</p>`;
}

interface Field {
  id: string;
  label: string;
  type: 'email' | 'password';
  autocomplete: string;
  value?: string;
  describedBy?: string;
}

function field(options: Field): string {
  const attributes = [
    `id="${options.id}" name="${options.id}" autocomplete="${options.autocomplete}" required`,
    `value="${escapeHtml(options.value ?? '')}"`,
    // A plain text field for mails: browsers rewrite international addresses in their mail fields.
    options.type === 'email'
      ? 'type="text" inputmode="email" autocapitalize="none" spellcheck="false"'
      : 'type="password"',
    options.describedBy === undefined ? '' : `aria-describedby="${options.describedBy}"`,
    options.id === 'email' || options.id === 'current_password' ? 'autofocus' : '',
  ];
  return `<label for="${options.id}">${escapeHtml(options.label)}</label>
<input ${attributes.filter((attribute) => attribute !== '').join(' ')}>`;
}

/** A whole page in the style of the sign-in form. */
export function layout(texts: SignInTexts, title: string, instance: string, content: readonly string[]): string {
  const heading = instance === '' ? 'Magpie' : `Magpie · ${instance}`;
  return `<!doctype html>
<html lang="${texts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} – ${escapeHtml(heading)}</title>
<link rel="stylesheet" href="${STYLE_PATH}">
<link rel="icon" href="/assets/magpie.svg" type="image/svg+xml">
</head>
<body>
<main>
<p class="instance">${escapeHtml(heading)}</p>
<h1>${escapeHtml(title)}</h1>
${content.filter((part) => part !== '').join('\n')}
</main>
</body>
</html>
`;
}
