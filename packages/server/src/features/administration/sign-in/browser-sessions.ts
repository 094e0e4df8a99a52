import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Account } from '../../../access/accounts.ts';
import { viewerOf } from '../../../access/authenticate.ts';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden } from '../../../errors.ts';
import { readFormFields } from '../../../http/body.ts';
import type { BrowserSessions } from '../../../http/server.ts';
import { createKeyUse } from '../auth-keys/key-use.ts';
import { createAccessLog } from '../logs/access-log.ts';
import { createAuthLog } from '../logs/auth-log.ts';
import type { SentBody } from '../logs/kept-body.ts';
import { createUserAddresses } from '../user-addresses/user-addresses.ts';
import { readCookie } from './cookies.ts';
import { maintenanceMessage } from './maintenance.ts';
import { isSameOrigin } from './same-origin.ts';
import { isCsrfToken, readSession, sessionCookieName } from './sessions.ts';
import { mustAcceptTerms } from './terms.ts';
import { textsFor } from './texts.ts';
import { createWebShell, sendNotice } from './web-shell.ts';

const FOREIGN = 'The request does not come from this site.';
/** What somebody who must change his password may still ask for. */
const OPEN_BEFORE_PASSWORD_CHANGE = new Set([
  '/users/change_pw',
  '/users/login',
  '/users/logout',
  '/users/view/me',
  '/users/terms',
  '/users/downloadterms',
  '/ui/session',
]);

/** What somebody who must set up a second factor may still ask for. */
const OPEN_BEFORE_CODE = new Set([...OPEN_BEFORE_PASSWORD_CHANGE, '/users/totp_new']);

/** What somebody who must accept the terms may still ask for. */
const OPEN_BEFORE_TERMS = OPEN_BEFORE_CODE;

/** Sessions of browsers: cookie, origin check and the web client's shell. */
export function createBrowserSessions(magpie: Magpie): BrowserSessions {
  const shell = createWebShell(magpie);
  const keyUse = createKeyUse(magpie);
  const userAddresses = createUserAddresses(magpie);
  const authLog = createAuthLog(magpie);
  const accessLog = createAccessLog(magpie);

  async function find(request: FastifyRequest): Promise<{ account: Account; token: string } | null> {
    const token = readCookie(request.headers.cookie, sessionCookieName(magpie));
    if (token === null) return null;
    const account = await readSession(magpie, token);
    return account === null ? null : { account, token };
  }

  async function servePage(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const found = await find(request);
    const here = encodeURIComponent(request.raw.url ?? '/');
    if (found === null) {
      await reply.code(302).header('location', `/users/login?redirect=${here}`).send('');
    } else if (!magpie.settings.get('MISP.live') && !found.account.flags.includes('perm_site_admin')) {
      await sendNotice(reply, 503, textsFor(request.headers['accept-language']), {
        instance: magpie.settings.get('MISP.org'),
        notice: maintenanceMessage(magpie),
      });
    } else if (mustAcceptTerms(magpie, found.account)) {
      await reply.code(302).header('location', `/users/terms?redirect=${here}`).send('');
    } else if (found.account.changePassword) {
      await reply.code(302).header('location', `/users/change_pw?redirect=${here}`).send('');
    } else if (mustSetUpCode(magpie, found.account)) {
      await reply.code(302).header('location', '/users/totp_new').send('');
    } else {
      await shell.send(reply, textsFor(request.headers['accept-language']));
    }
  }

  return {
    async identify(request) {
      const found = await find(request);
      if (found === null) return null;
      if (found.account.changePassword && !isOpenBeforePasswordChange(request)) {
        throw new Forbidden('You must change your password before you can go on.');
      }
      if (mustSetUpCode(magpie, found.account) && !OPEN_BEFORE_CODE.has(pathOf(request))) {
        throw new Forbidden('You must set up a second factor before you can go on.');
      }
      if (mustAcceptTerms(magpie, found.account) && !OPEN_BEFORE_TERMS.has(pathOf(request))) {
        throw new Forbidden('You must accept the terms of this instance before you can go on.');
      }
      const viewer = viewerOf(found.account, { ip: request.ip, requestId: request.id });
      requireLive(magpie, viewer);
      await userAddresses.used(viewer);
      return { viewer, sessionToken: found.token };
    },
    checkOrigin(request, identity) {
      if (!isSameOrigin(magpie, request.headers)) throw new Forbidden(FOREIGN);
      // A form left open in another tab signs somebody in anew; it holds no token of the session that came after it.
      if (pathOf(request) === '/users/login') return;
      if (identity.sessionToken === null || !isCsrfToken(identity.sessionToken, givenToken(request))) {
        throw new Forbidden(FOREIGN);
      }
    },
    servePage,
    async admitKey(viewer, request) {
      requireLive(magpie, viewer);
      await keyUse.used(viewer);
      await userAddresses.used(viewer);
      await authLog.accepted(viewer, request.ip, request.headers);
    },
    async noteRefusedKey(request, header, authKeyId) {
      if (authKeyId === null) {
        await authLog.refused(header, request.ip, request.headers);
        return;
      }
      await keyUse.refused(authKeyId, request.ip);
      await authLog.refusedAddress(authKeyId, request.ip, request.headers);
    },
    noteAnswer(viewer, request, { status, durationMs }) {
      const userAgent = request.headers['user-agent'] ?? null;
      const url = request.raw.url ?? '/';
      const body = bodyOf(request);
      accessLog.note({ viewer, method: request.method, url, userAgent, status, duration: durationMs, body });
    },
    close: accessLog.flush,
  };
}

/** Only the site's administrators are let in while the instance is not live. */
function requireLive(magpie: Magpie, viewer: Viewer): void {
  if (magpie.settings.get('MISP.live') || isSiteAdmin(viewer)) return;
  throw new Forbidden(maintenanceMessage(magpie));
}

/** Browsers only, as in MISP: keys are proof enough by themselves. */
function mustSetUpCode({ settings }: Magpie, account: Account): boolean {
  if (!settings.get('Security.otp_required') || settings.get('Security.otp_disabled')) return false;
  return !account.hasTotp && !account.flags.includes('perm_skip_otp');
}

function isOpenBeforePasswordChange(request: FastifyRequest): boolean {
  return OPEN_BEFORE_PASSWORD_CHANGE.has(pathOf(request));
}

function pathOf(request: FastifyRequest): string {
  const path = (request.raw.url ?? '/').split('?')[0] ?? '/';
  return path.toLowerCase().replace(/\.json$/, '');
}

function bodyOf({ body, headers }: FastifyRequest): SentBody | null {
  if (!Buffer.isBuffer(body) || body.length === 0) return null;
  return { contentType: headers['content-type'] ?? '', bytes: body };
}

/** From the header that scripts set, or from the hidden field of a plain form. */
function givenToken(request: FastifyRequest): string {
  const header = request.headers['x-magpie-csrf'];
  if (typeof header === 'string') return header;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || !Buffer.isBuffer(request.body)) return '';
  return readFormFields(request.body).get('csrf_token') ?? '';
}
