import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Account } from '../../../access/accounts.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { prefersHtml } from '../../../http/negotiate.ts';
import type { Operation } from '../../../http/operation.ts';
import { updateUser } from '../users/queries.ts';
import { answerPage, goTo, textsOf } from './answers.ts';
import { termsPage } from './pages.ts';
import { sameOriginPath } from './same-origin-path.ts';
import { csrfTokenOf } from './sessions.ts';

/** Names of files that lead nowhere else. */
const FILE_NAME = /^[\w-][\w. -]{0,200}$/;

/** Browsers only, as in MISP: whoever has not accepted the terms gets nothing else to see. */
export function mustAcceptTerms({ settings }: Pick<Magpie, 'settings'>, account: Account): boolean {
  return settings.get('MISP.terms_file') !== '' && !account.termsAccepted;
}

/** The terms of the instance (`MISP.terms_file`) and their acceptance. */
export function termsOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.terms_form',
      summary: 'The terms of the instance',
      path: '/users/terms',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      answersBrowsers: true,
      handle: async (call) => {
        const isDownload = magpie.settings.get('MISP.terms_download');
        const text = isDownload ? null : (await readTerms(magpie)).toString('utf8');
        const account = await magpie.accounts.byUserId(call.viewer.userId);
        if (!prefersHtml(call.headers)) return json({ terms: text, accepted: account?.termsAccepted ?? false });
        const page = termsPage(textsOf(call), {
          instance: magpie.settings.get('MISP.org'),
          csrfToken: call.sessionToken === null ? '' : csrfTokenOf(call.sessionToken),
          text,
        });
        return answerPage(200, page);
      },
    },
    {
      name: 'users.terms',
      summary: 'Accept the terms of the instance',
      path: '/users/terms',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      answersBrowsers: true,
      handle: async (call) => {
        await magpie.database.asSystem('accept terms', async (tx) => {
          const { id, email } = await updateUser(tx, call.viewer.userId, { termsaccepted: true });
          const change = { model: 'User', action: 'edit', modelId: id, title: email };
          await recordChanges(tx, [{ ...change, after: { termsaccepted: true } }], call.viewer);
        });
        await magpie.accounts.changed();
        if (prefersHtml(call.headers)) return goTo(sameOriginPath(call.query.get('redirect') ?? '/'));
        return success('Terms accepted.');
      },
    },
    {
      name: 'users.downloadTerms',
      summary: 'The terms of the instance as the file that they are',
      path: '/users/downloadTerms',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      answersBrowsers: true,
      handle: async () => {
        const bytes = await readTerms(magpie);
        const name = magpie.settings.get('MISP.terms_file');
        const headers = { 'content-disposition': `attachment; filename="${name}"` };
        return { kind: 'bytes', status: 200, contentType: 'application/octet-stream', bytes, headers };
      },
    },
  ];
}

async function readTerms({ config, settings }: Magpie): Promise<Buffer> {
  const name = settings.get('MISP.terms_file');
  if (!FILE_NAME.test(name)) throw new NotFound('This instance has no terms.');
  return readFile(join(config.dataDir, 'terms', name)).catch((cause: unknown) => {
    throw new NotFound(`The terms cannot be read: ${cause instanceof Error && 'code' in cause ? cause.code : cause}`);
  });
}
