import Type from 'typebox';
import { notAuthenticated } from '../../../access/authenticate.ts';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Invalid, Refused, TooManyRequests } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { isObject, unwrap } from '../../../http/lenient.ts';
import { prefersHtml } from '../../../http/negotiate.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { createPasswordCheck } from '../users/confirm-password.ts';
import { changePassword } from '../users/own-account.ts';
import { answerPage, goTo, isSecure, textsOf } from './answers.ts';
import { type CountTry, createTryCounter } from './brute-force.ts';
import { sessionCookie } from './cookies.ts';
import { maintenanceMessage } from './maintenance.ts';
import { changePasswordPage, STYLE_PATH, signInPage, signOutPage } from './pages.ts';
import { isSameOrigin } from './same-origin.ts';
import { sameOriginPath } from './same-origin-path.ts';
import { sessionWire } from './session-wire.ts';
import { csrfTokenOf, longestSessionSeconds, PENDING_SECONDS, sessionCookieName, signIn, signOut } from './sessions.ts';
import { signInStyle } from './style.ts';
import { termsOperations } from './terms.ts';
import type { SignInTexts } from './texts.ts';

type AnyCall = Call<Viewer | null>;

/** Signing in and out of browsers. The forms are plain HTML and work without script. */
export function signInOperations(magpie: Magpie): Operation[] {
  return [
    ...signInForm(magpie),
    ...signOutForm(magpie),
    ...changePasswordForm(magpie),
    ...termsOperations(magpie),
    ...sessionOperations(magpie),
  ];
}

function signInForm(magpie: Magpie): Operation[] {
  const countTry = createTryCounter(magpie);
  return [
    {
      name: 'users.login_form',
      summary: 'The sign-in form',
      path: '/users/login',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: (call) => {
        const redirect = sameOriginPath(call.query.get('redirect') ?? '/');
        if (call.viewer !== null) return goTo(redirect);
        if (!prefersHtml(call.headers)) throw notAuthenticated();
        const texts = textsOf(call);
        const closed = isPasswordSignInOff(magpie) ? { closed: texts.passwordsOff } : {};
        return answerPage(200, signInPage(texts, { ...greeting(magpie), ...closed }));
      },
    },
    {
      name: 'users.login',
      summary: 'Sign in with mail and password',
      path: '/users/login',
      methods: ['POST', 'PUT', 'DELETE'],
      permission: 'public',
      effect: 'write',
      answersBrowsers: true,
      body: Type.Object({ email: Type.String(), password: Type.String() }),
      handle: (call) => handleSignIn(magpie, countTry, call),
    },
  ];
}

async function handleSignIn(magpie: Magpie, countTry: CountTry, call: AnyCall): Promise<Answer> {
  const texts = textsOf(call);
  const redirect = sameOriginPath(call.query.get('redirect') ?? '/');
  const fields = unwrap(isObject(call.body) && isObject(call.body.data) ? call.body.data : call.body, 'User');
  const { email, password } = fields;
  const refuse = (status: number, problem: string, headers: Record<string, string> = {}) => {
    const mail = typeof email === 'string' ? email.slice(0, 255) : '';
    return answerPage(status, signInPage(texts, { ...greeting(magpie), mail, problem }), headers);
  };
  // Signing somebody into a stranger's account by another site's form is an attack too.
  if (!isSameOrigin(magpie, call.headers)) return refuse(403, texts.foreign);
  if (isPasswordSignInOff(magpie)) {
    return answerPage(403, signInPage(texts, { ...greeting(magpie), closed: texts.passwordsOff }));
  }
  if (typeof email !== 'string' || typeof password !== 'string') {
    throw new BadRequest('Mail and password are expected as texts.');
  }
  const browser = {
    ip: call.ip,
    userAgent: String(call.headers['user-agent'] ?? ''),
    language: String(call.headers['accept-language'] ?? ''),
  };
  try {
    // Other verbs are counted as tries, so that they are no way around the limit, but sign nobody in.
    if (call.method !== 'POST') {
      await countTry(call.ip, email);
      throw new Refused('Sign in by POST.');
    }
    const session = await signIn(magpie, countTry, browser, { mail: email, password });
    if (session === null) return refuse(200, texts.failed);
    const cookie = sessionCookie(sessionCookieName(magpie), session.token, {
      maxAgeSeconds: session.awaits === null ? longestSessionSeconds(magpie) : PENDING_SECONDS,
      secure: isSecure(magpie),
    });
    if (call.sessionToken !== null) await signOut(magpie, call.sessionToken);
    const next = session.awaits === null ? redirect : `/users/otp?redirect=${encodeURIComponent(redirect)}`;
    return goTo(next, { 'set-cookie': cookie });
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const wait = String(error.retryAfterSeconds);
    return refuse(403, texts.tooMany.replace('{seconds}', wait), { 'retry-after': wait });
  }
}

function signOutForm(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.logout_form',
      summary: 'Ask before signing out',
      path: '/users/logout',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: (call) => {
        if (call.sessionToken === null) return goTo('/users/login');
        const csrfToken = csrfTokenOf(call.sessionToken);
        return answerPage(200, signOutPage(textsOf(call), { instance: magpie.settings.get('MISP.org'), csrfToken }));
      },
    },
    {
      name: 'users.logout',
      summary: 'End the browser’s session',
      path: '/users/logout',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      answersBrowsers: true,
      handle: async (call) => {
        if (call.sessionToken !== null) await signOut(magpie, call.sessionToken);
        const cookie = sessionCookie(sessionCookieName(magpie), '', { maxAgeSeconds: 0, secure: isSecure(magpie) });
        if (prefersHtml(call.headers)) return goTo('/users/login', { 'set-cookie': cookie });
        return json({ saved: true, success: true, message: 'Signed out.' }, { headers: { 'set-cookie': cookie } });
      },
    },
  ];
}

function changePasswordForm(magpie: Magpie): Operation[] {
  const confirmPassword = createPasswordCheck(magpie);
  const form = (call: Call, options: { forced: boolean; problem?: string }) =>
    changePasswordPage(textsOf(call), {
      instance: magpie.settings.get('MISP.org'),
      mail: call.viewer.email,
      csrfToken: call.sessionToken === null ? '' : csrfTokenOf(call.sessionToken),
      length: magpie.settings.get('Security.password_policy_length'),
      ...options,
    });
  return [
    {
      name: 'users.change_pw_form',
      summary: 'The form for one’s own new password',
      path: '/users/change_pw',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      answersBrowsers: true,
      handle: async (call) => {
        if (!prefersHtml(call.headers)) {
          const description = 'POST the new password to this API to change your own.';
          const name = '/users/change_pw API description';
          return json({ name, description, mandatory_fields: ['password'], url: '/users/change_pw' });
        }
        const account = await magpie.accounts.byUserId(call.viewer.userId);
        return answerPage(200, form(call, { forced: account?.changePassword ?? false }));
      },
    },
    {
      name: 'users.change_pw',
      summary: 'Set one’s own password',
      path: '/users/change_pw',
      methods: ['POST', 'PUT'],
      permission: 'any',
      effect: 'write',
      answersBrowsers: true,
      model: 'User',
      body: Type.Object({
        password: Type.String(),
        current_password: Type.Optional(Type.String()),
        confirm_password: Type.Optional(Type.String()),
      }),
      handle: async (call) => {
        const fields = unwrap(call.body, 'User');
        try {
          // A session may have been left open by its owner; a key is proof by itself.
          if (call.sessionToken !== null || fields.current_password !== undefined) {
            await confirmPassword(call.viewer, fields);
          }
          await changePassword(magpie, call.viewer, fields, call.sessionToken);
        } catch (error) {
          const problem = problemText(textsOf(call), error);
          if (problem === null || !prefersHtml(call.headers)) throw error;
          return answerPage(403, form(call, { forced: false, problem }));
        }
        if (prefersHtml(call.headers)) return goTo(sameOriginPath(call.query.get('redirect') ?? '/'));
        return success('Password Changed.');
      },
    },
  ];
}

function sessionOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'ui.session',
      summary: 'Who is signed in, with rights, token for writes and settings',
      path: '/ui/session',
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: async ({ viewer, sessionToken, path }) => {
        if (viewer === null) {
          const name = 'Not signed in.';
          return json({ name, message: name, url: path }, { status: 401 });
        }
        return json(sessionWire(magpie, viewer, await magpie.accounts.byUserId(viewer.userId), sessionToken));
      },
    },
    {
      name: 'ui.sign-in_style',
      summary: 'Style sheet of the sign-in pages',
      path: STYLE_PATH,
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: () => ({
        kind: 'bytes',
        status: 200,
        contentType: 'text/css; charset=UTF-8',
        bytes: signInStyle,
        headers: { 'cache-control': 'max-age=3600' },
      }),
    },
  ];
}

function isPasswordSignInOff({ settings }: Magpie): boolean {
  return settings.get('Security.auth_enforced');
}

function greeting(magpie: Magpie): { instance: string; above: string; below: string } {
  const isLive = magpie.settings.get('MISP.live');
  return {
    instance: magpie.settings.get('MISP.org'),
    above: isLive ? magpie.settings.get('MISP.welcome_text_top') : maintenanceMessage(magpie),
    below: magpie.settings.get('MISP.welcome_text_bottom'),
  };
}

/** What the form says of a failure; null for one that is not the user's. */
function problemText(texts: SignInTexts, error: unknown): string | null {
  if (error instanceof TooManyRequests) return texts.tooMany.replace('{seconds}', String(error.retryAfterSeconds));
  if (!(error instanceof Invalid)) return null;
  const fields = JSON.stringify(error.fields);
  if (fields.includes('cannot be the same')) return texts.same;
  if (fields.includes('current password')) return texts.wrongCurrent;
  return fields.includes('twice') ? texts.different : texts.weak;
}
