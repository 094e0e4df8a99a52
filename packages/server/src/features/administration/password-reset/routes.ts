import Type from 'typebox';
import { notAuthenticated } from '../../../access/authenticate.ts';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Forbidden, Invalid, Refused } from '../../../errors.ts';
import { success } from '../../../http/answer.ts';
import { escapeHtml } from '../../../http/escape-html.ts';
import { readText, unwrap } from '../../../http/lenient.ts';
import { prefersHtml } from '../../../http/negotiate.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { answerPage, goTo, textsOf } from '../sign-in/answers.ts';
import { createTryCounter } from '../sign-in/brute-force.ts';
import { layout, problem as problemPart } from '../sign-in/pages.ts';
import { isSameOrigin } from '../sign-in/same-origin.ts';
import type { SignInTexts } from '../sign-in/texts.ts';
import { checkLink, requestLink, useLink } from './service.ts';

type AnyCall = Call<Viewer | null>;

/** A new password for those who forgot theirs, by a link in a mail. */
export function passwordResetOperations(magpie: Magpie): Operation[] {
  const countTry = createTryCounter(magpie);
  return [
    {
      name: 'users.forgot',
      summary: 'Have a link for a new password mailed; the answer does not tell whether the mail is known',
      path: '/users/forgot',
      methods: ['POST'],
      permission: 'public',
      effect: 'write',
      answersBrowsers: true,
      body: Type.Object({ email: Type.String() }),
      handle: async ({ viewer, body, ip, headers }) => {
        requireSwitchedOn(magpie, viewer);
        if (!isSameOrigin(magpie, headers)) throw new Forbidden('The form was not sent from this site.');
        const email = readText(unwrap(body, 'User'), 'email')?.trim() ?? '';
        if (email === '') throw new BadRequest('No email provided, cannot generate password reset message.');
        // Never taken back: mails are not to be had in any number.
        await countTry(ip, `forgot ${email}`);
        await requestLink(magpie, email);
        return success('Password reset request submitted. If a valid user is found, you should receive an e-mail.');
      },
    },
    {
      name: 'users.password_reset_form',
      summary: 'The form behind such a link',
      path: '/users/password_reset/{token}',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: async (call) => {
        requireSwitchedOn(magpie, call.viewer);
        const { email } = await checkLink(magpie, call.args.token ?? '');
        return answerPage(200, newPasswordPage(magpie, call, email));
      },
    },
    {
      name: 'users.password_reset',
      summary: 'Set the new password',
      path: '/users/password_reset/{token}',
      methods: ['POST'],
      permission: 'public',
      effect: 'write',
      answersBrowsers: true,
      model: 'User',
      body: Type.Object({ password: Type.String(), confirm_password: Type.Optional(Type.String()) }),
      handle: async (call) => {
        requireSwitchedOn(magpie, call.viewer);
        const token = call.args.token ?? '';
        const { email } = await checkLink(magpie, token);
        try {
          await useLink(magpie, token, unwrap(call.body, 'User'));
        } catch (error) {
          if (!(error instanceof Invalid) || !prefersHtml(call.headers)) throw error;
          const texts = textsOf(call);
          const isDifferent = JSON.stringify(error.fields).includes('twice');
          return answerPage(403, newPasswordPage(magpie, call, email, isDifferent ? texts.different : texts.weak));
        }
        return prefersHtml(call.headers) ? goTo('/users/login') : success('Password Changed.');
      },
    },
  ];
}

/** As MISP: like any unknown action without a key. */
function requireSwitchedOn(magpie: Magpie, viewer: Viewer | null): void {
  if (magpie.settings.get('Security.allow_password_forgotten')) return;
  if (viewer === null) throw notAuthenticated();
  throw new Refused('Password reset has been disabled on this instance.');
}

function newPasswordPage(magpie: Magpie, call: AnyCall, email: string, problem?: string): string {
  const texts: SignInTexts = textsOf(call);
  const length = String(magpie.settings.get('Security.password_policy_length'));
  const field = (id: string, label: string) => `<label for="${id}">${escapeHtml(label)}</label>
<input id="${id}" name="${id}" type="password" autocomplete="new-password" required aria-describedby="rule">`;
  return layout(texts, texts.changePassword, magpie.settings.get('MISP.org'), [
    problemPart(problem),
    `<form method="post" action="/users/password_reset/${encodeURIComponent(call.args.token ?? '')}">`,
    `<input type="text" autocomplete="username" value="${escapeHtml(email)}" hidden readonly>`,
    field('password', texts.newPassword),
    field('confirm_password', texts.repeatPassword),
    `<p id="rule" class="hint">${escapeHtml(texts.rule.replace('{length}', length))}</p>`,
    `<button type="submit">${escapeHtml(texts.save)}</button></form>`,
  ]);
}
