import { randomBytes } from 'node:crypto';
import type { Magpie } from '../../../context.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import { mispVersion } from '../../../http/version.ts';
import { OutgoingError } from '../../../outgoing/outgoing-error.ts';
import { askServer } from './remote.ts';
import type { ServerRow } from './server-row.ts';

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 1_000_000;
const TEST_BYTES = 3000;

/** Texts of the remote that tell why the user may not go on. */
const PASSWORD_TEXT = /change.{0,20}password/i;
const TERMS_TEXT = /terms/i;

/**
 * Tries a connection out: version and rights of the remote user, then an echo of some kilobytes. The answer is MISP's;
 * failures have a `status` other than 1 and are no errors.
 */
export async function testConnection(magpie: Magpie, server: ServerRow): Promise<JsonObject> {
  const client = { client_certificate: server.client_cert === null ? null : `${server.id}_client.pem` };
  try {
    const answer = await askServer(magpie, server, {
      method: 'GET',
      path: '/servers/getVersion',
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    });
    if (answer.status < 200 || answer.status > 299) {
      return { status: refusalStatus(answer.status, await answer.text()), ...client };
    }
    const version: unknown = await answer.json();
    if (!isObject(version) || typeof version.version !== 'string') return { status: 3, ...client };
    const compared = compareVersions(version.version);
    if (compared === null) return { status: 3, ...client };
    const post = await testEcho(magpie, server);
    if (version.perm_sync !== true) {
      return { status: version.perm_sighting === true ? 8 : 7, info: version, post, ...client };
    }
    return {
      status: 1,
      local_version: mispVersion,
      version: version.version,
      ...compared,
      post,
      response_encoding: answer.headers['content-encoding'] ?? null,
      request_encoding: Array.isArray(version.request_encoding) ? version.request_encoding : [],
      ...client,
      ...(typeof version.uuid === 'string' ? { uuid: version.uuid } : {}),
    };
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    return { status: error.failure === 'content' ? 3 : 2, ...client };
  }
}

function refusalStatus(status: number, body: string): number {
  if (status === 405 && TERMS_TEXT.test(body)) return 6;
  if ((status === 403 || status === 405) && PASSWORD_TEXT.test(body)) return 5;
  return status === 403 ? 4 : 3;
}

/** MISP's result codes of the echo: 1 came back unchanged, 8 failed, 9 another body, 10 other headers. */
async function testEcho(magpie: Magpie, server: ServerRow): Promise<number> {
  const testString = randomBytes(TEST_BYTES).toString('hex');
  try {
    const answer = await askServer(magpie, server, {
      method: 'POST',
      path: '/servers/postTest',
      body: { testString },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    });
    const echo: unknown = await answer.json();
    if (!isObject(echo) || !isObject(echo.body) || echo.body.testString !== testString) return 9;
    const headers = isObject(echo.headers) ? echo.headers : {};
    const isIntact = headers['Content-type'] === 'application/json' && headers.Accept === 'application/json';
    return isIntact ? 1 : 10;
  } catch (error) {
    if (error instanceof OutgoingError) return 8;
    throw error;
  }
}

function compareVersions(remote: string): JsonObject | null {
  const theirs = parseVersion(remote);
  const ours = parseVersion(mispVersion);
  if (theirs === null || ours === null) return null;
  for (const [index, mismatch] of (['major', 'minor', 'hotfix'] as const).entries()) {
    const difference = (theirs[index] ?? 0) - (ours[index] ?? 0);
    if (difference !== 0) return { mismatch, newer: difference > 0 ? 'remote' : 'local' };
  }
  return { mismatch: false, newer: false };
}

function parseVersion(text: string): number[] | null {
  const parts = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(text);
  return parts === null ? null : parts.slice(1).map(Number);
}
