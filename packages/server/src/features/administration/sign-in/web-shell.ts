import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyReply } from 'fastify';
import type { Magpie } from '../../../context.ts';
import { noticePage } from './pages.ts';
import type { SignInTexts } from './texts.ts';

/** Where the web client is built. */
const webFolder = fileURLToPath(new URL('../../../../../web/dist/', import.meta.url));

const HTML = 'text/html; charset=UTF-8';
/**
 * Scripts only from files of ours; the component library writes its styles into the page, so inline style is allowed.
 * Images may be data or blobs (previews of attachments, exports of graphs).
 */
const SHELL_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  'report-uri /servers/cspReport',
].join('; ');

/** Sends the web client's page; it reads the URL and fetches its data from the API. */
export function createWebShell(magpie: Magpie) {
  let cached: { modifiedMs: number; html: Buffer } | null = null;

  async function read(): Promise<Buffer | null> {
    const file = `${webFolder}index.html`;
    const facts = await stat(file).catch(() => null);
    if (facts === null) return null;
    if (cached === null || cached.modifiedMs !== facts.mtimeMs) {
      cached = { modifiedMs: facts.mtimeMs, html: await readFile(file) };
    }
    return cached.html;
  }

  return {
    async send(reply: FastifyReply, texts: SignInTexts): Promise<void> {
      const html = await read();
      if (html === null) {
        return sendNotice(reply, 503, texts, { instance: magpie.settings.get('MISP.org'), notice: texts.notBuilt });
      }
      await reply
        .code(200)
        .header('content-type', HTML)
        .header('content-security-policy', SHELL_POLICY)
        .header('cache-control', 'no-cache')
        .send(html);
    },
  };
}

/** Sends a page with one sentence in place of the web client. */
export async function sendNotice(
  reply: FastifyReply,
  status: number,
  texts: SignInTexts,
  notice: { instance: string; notice: string },
): Promise<void> {
  const page = noticePage(texts, notice);
  await reply.code(status).header('content-type', HTML).header('content-security-policy', PAGE_POLICY).send(page);
}

/** The policy of the plain pages: their style sheet, their icon, their form, nothing else. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  'report-uri /servers/cspReport',
].join('; ');
