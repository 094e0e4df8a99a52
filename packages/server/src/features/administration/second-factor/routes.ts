import Type from 'typebox';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound, TooManyRequests } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { readId, readText, unwrap } from '../../../http/lenient.ts';
import { prefersHtml } from '../../../http/negotiate.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { answerPage, goTo, isSecure, textsOf } from '../sign-in/answers.ts';
import { type CountTry, createTryCounter } from '../sign-in/brute-force.ts';
import { readCookie, sessionCookie } from '../sign-in/cookies.ts';
import { isSameOrigin } from '../sign-in/same-origin.ts';
import { sameOriginPath } from '../sign-in/same-origin-path.ts';
import {
  completeSignIn,
  csrfTokenOf,
  longestSessionSeconds,
  type PendingSignIn,
  readPendingSignIn,
  sessionCookieName,
} from '../sign-in/sessions.ts';
import { codePage, totpSetupPage } from './pages.ts';
import { confirmTotp, deleteTotp, paperCodes, proposeTotp, useCode, useMailedCode } from './service.ts';

type AnyCall = Call<Viewer | null>;

/** Second factors: codes of an authenticator, on paper, or by mail. */
export function secondFactorOperations(magpie: Magpie): Operation[] {
  return [...codeForm(magpie), ...ownFactor(magpie), ...administeredFactors(magpie)];
}

function codeForm(magpie: Magpie): Operation[] {
  const countTry = createTryCounter(magpie);
  return [
    {
      name: 'users.otp_form',
      summary: 'Asks for the code after the password',
      path: '/users/otp',
      aliases: ['/users/email_otp'],
      methods: ['GET'],
      permission: 'public',
      effect: 'read',
      answersBrowsers: true,
      handle: async (call) => {
        const pending = await findPending(magpie, call);
        return pending === null ? goTo('/users/login') : askCode(magpie, call, pending.signIn, 200);
      },
    },
    {
      name: 'users.otp',
      summary: 'Finishes signing in with a code',
      path: '/users/otp',
      aliases: ['/users/email_otp'],
      methods: ['POST'],
      permission: 'public',
      effect: 'write',
      answersBrowsers: true,
      body: Type.Object({ otp: Type.String() }),
      handle: (call) => checkCode(magpie, countTry, call),
    },
  ];
}

async function checkCode(magpie: Magpie, countTry: CountTry, call: AnyCall): Promise<Answer> {
  const texts = textsOf(call);
  const pending = await findPending(magpie, call);
  if (pending === null) return goTo('/users/login');
  const { signIn, token } = pending;
  if (!isSameOrigin(magpie, call.headers)) return askCode(magpie, call, signIn, 403, texts.foreign);
  const code = (readText(unwrap(call.body, 'data', 'User'), 'otp') ?? '').replaceAll(/\s/g, '');
  try {
    const takeBack = await countTry(call.ip, signIn.email);
    // Whoever has the password may come from any number of addresses: codes are tried a few times for each account.
    const takeBackOfAccount = await countTry(`codes of ${signIn.userId}`, signIn.email);
    const isRight =
      signIn.awaits === 'totp' ? await useCode(magpie, signIn.userId, code) : await useMailedCode(magpie, token, code);
    if (!isRight) return askCode(magpie, call, signIn, 200, texts.wrongCode);
    await Promise.all([takeBack(), takeBackOfAccount()]);
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const wait = String(error.retryAfterSeconds);
    return askCode(magpie, call, signIn, 403, texts.tooMany.replace('{seconds}', wait));
  }
  const browser = {
    ip: call.ip,
    userAgent: String(call.headers['user-agent'] ?? ''),
    language: String(call.headers['accept-language'] ?? ''),
  };
  const session = await completeSignIn(magpie, browser, token, signIn);
  const cookie = sessionCookie(sessionCookieName(magpie), session, {
    maxAgeSeconds: longestSessionSeconds(magpie),
    secure: isSecure(magpie),
  });
  return goTo(sameOriginPath(call.query.get('redirect') ?? '/'), { 'set-cookie': cookie });
}

async function findPending(magpie: Magpie, call: AnyCall): Promise<{ token: string; signIn: PendingSignIn } | null> {
  const header = call.headers.cookie;
  const token = readCookie(Array.isArray(header) ? header[0] : header, sessionCookieName(magpie));
  const signIn = token === null ? null : await readPendingSignIn(magpie, token);
  return token === null || signIn === null ? null : { token, signIn };
}

function askCode(magpie: Magpie, call: AnyCall, signIn: PendingSignIn, status: number, problem?: string): Answer {
  return answerPage(
    status,
    codePage(textsOf(call), {
      instance: magpie.settings.get('MISP.org'),
      from: signIn.awaits,
      ...(problem === undefined ? {} : { problem }),
    }),
  );
}

function ownFactor(magpie: Magpie): Operation[] {
  async function setupPage(call: Call, problem?: string): Promise<Answer> {
    return answerPage(
      problem === undefined ? 200 : 403,
      totpSetupPage(textsOf(call), {
        instance: magpie.settings.get('MISP.org'),
        csrfToken: call.sessionToken === null ? '' : csrfTokenOf(call.sessionToken),
        ...(await proposeTotp(magpie, call.viewer)),
        ...(problem === undefined ? {} : { problem }),
      }),
    );
  }
  return [
    {
      name: 'users.totp_new_form',
      summary: 'A new secret for one’s authenticator; it is stored once a code of it is sent',
      path: '/users/totp_new',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      answersBrowsers: true,
      handle: async (call) =>
        prefersHtml(call.headers) ? setupPage(call) : json(await proposeTotp(magpie, call.viewer)),
    },
    {
      name: 'users.totp_new',
      summary: 'Sets up one’s second factor: the secret with a code of it',
      path: '/users/totp_new',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      answersBrowsers: true,
      model: 'User',
      body: Type.Object({ secret: Type.String(), otp: Type.String() }),
      handle: async (call) => {
        const fields = unwrap(call.body, 'data', 'User');
        const secret = readText(fields, 'secret') ?? '';
        const code = (readText(fields, 'otp') ?? '').replaceAll(/\s/g, '');
        const isPage = prefersHtml(call.headers);
        try {
          await confirmTotp(magpie, call.viewer, secret, code);
        } catch (error) {
          if (!isPage || !(error instanceof Invalid)) throw error;
          return setupPage(call, textsOf(call).wrongCode);
        }
        return isPage ? goTo('/') : success('TOTP set up.');
      },
    },
    {
      name: 'users.hotp',
      summary: 'The next codes of one’s second factor, for paper',
      path: '/users/hotp',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer }) => {
        // They open the account in a browser, which a key for reading must not.
        if (viewer.readOnly) throw new Forbidden('A read-only key does not get the codes of a second factor.');
        return json(await paperCodes(magpie, viewer), { headers: { 'cache-control': 'no-store' } });
      },
    },
  ];
}

function administeredFactors(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.totp_delete',
      summary: 'Takes the second factor off a user one administers',
      path: '/users/totp_delete/{user}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'User',
      handle: async ({ viewer, args }) => {
        const id = readId(args.user);
        if (id === null) throw new NotFound('Invalid user');
        await deleteTotp(magpie, viewer, id);
        return success('User TOTP deleted.', { id: String(id) });
      },
    },
  ];
}
