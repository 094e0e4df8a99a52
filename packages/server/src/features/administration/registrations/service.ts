import { createHash } from 'node:crypto';
import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Invalid, NotFound, TooManyRequests } from '../../../errors.ts';
import { type JsonObject, readBoolean, readId, readText } from '../../../http/lenient.ts';
import { requestCredentialMail } from '../credential-mails/jobs.ts';
import { findDefaultRole } from '../roles/queries.ts';
import { addUser } from '../users/service.ts';
import { isMail } from '../users/user-fields.ts';
import { deleteRequests, type InboxRow, insertRequest, lockRequests } from './queries.ts';

const HOUR = 3600;
const PER_ADDRESS = 10;
const MAX_WAITING = 10_000;
const MAX_TEXT = 5000;
const MAX_AGENT = 500;
const FLAGS = ['custom_perms', 'perm_sync', 'perm_publish', 'perm_admin'] as const;

/** Puts a stranger's request into the inbox. What is answered does not tell whether the mail is known. */
export async function register(
  magpie: Magpie,
  body: JsonObject,
  origin: { ip: string; userAgent: string },
): Promise<void> {
  const email = readText(body, 'email')?.trim() ?? '';
  if (!isMail(email)) throw new BadRequest('We require at least the email field to be filled.');
  const texts = ['org_name', 'org_uuid', 'message', 'pgp'].flatMap((field) => {
    const text = readText(body, field);
    return text === undefined ? [] : [[field, text.slice(0, MAX_TEXT)]];
  });
  const flags = FLAGS.map((field) => [field, readBoolean(body[field]) ? '1' : '0']);
  const now = magpie.now();
  const userAgent = origin.userAgent.slice(0, MAX_AGENT);
  const data: Record<string, string> = { email, ...Object.fromEntries(texts), ...Object.fromEntries(flags) };
  const isStored = await magpie.database.asSystem('registration', (tx) =>
    insertRequest(
      tx,
      {
        title: `User registration for ${email}.`,
        type: 'registration',
        ip: origin.ip,
        user_agent: userAgent,
        user_agent_sha256: createHash('sha256').update(userAgent).digest('hex'),
        comment: (readText(body, 'message') ?? '').slice(0, MAX_TEXT),
        timestamp: now,
        data,
      },
      { perAddress: PER_ADDRESS, since: now - HOUR, total: MAX_WAITING },
    ),
  );
  if (!isStored) throw new TooManyRequests('Too many requests for an account; please try again later.', HOUR);
}

/** Makes users of requests, in the organisation and role that the administrator names. Returns how many. */
export async function acceptRequests(
  magpie: Magpie,
  viewer: Viewer,
  which: readonly string[],
  body: JsonObject,
): Promise<number> {
  const requests = await readRequests(magpie, which);
  const organisationId = await findOrganisation(magpie, viewer, body.org_id);
  if (organisationId === null) throw new BadRequest('No organisation selected. Supply an Organisation ID');
  const role = readId(body.role_id) ?? (await magpie.database.as(viewer, (tx) => findDefaultRole(tx)))?.id ?? null;
  if (role === null) throw new BadRequest('No role selected. Supply a Role ID');
  for (const request of requests) {
    const wanted = { email: request.data.email, org_id: organisationId, role_id: role, gpgkey: request.data.pgp ?? '' };
    const { user } = await addUser(magpie, viewer, wanted);
    await magpie.database.asSystem('accept registration', async (tx) => {
      await tx.execute('update organisations set local = true where id = $1 and not local', [organisationId]);
      await deleteRequests(tx, [request.id]);
      await requestCredentialMail(magpie, tx, { kind: 'new_user', user, requestedBy: viewer });
      await recordDecision(tx, viewer, request, 'acceptRegistrations');
    });
  }
  await magpie.accounts.changed();
  return requests.length;
}

/** Drops requests. Returns how many. */
export async function discardRequests(magpie: Magpie, viewer: Viewer, which: readonly string[]): Promise<number> {
  const { ids, uuids } = readTargets(which);
  return magpie.database.asSystem('discard registration', async (tx) => {
    const requests = await lockRequests(tx, ids, uuids);
    if (requests.length === 0) throw new NotFound('Invalid registration request.');
    await deleteRequests(
      tx,
      requests.map(({ id }) => id),
    );
    for (const request of requests) await recordDecision(tx, viewer, request, 'discardRegistrations');
    return requests.length;
  });
}

async function readRequests(magpie: Magpie, which: readonly string[]): Promise<InboxRow[]> {
  const { ids, uuids } = readTargets(which);
  const requests = await magpie.database.asSystem('registration', (tx) => lockRequests(tx, ids, uuids));
  if (requests.length === 0) throw new NotFound('Invalid registration request.');
  return requests;
}

function readTargets(which: readonly string[]): { ids: number[]; uuids: string[] } {
  return {
    ids: which.map(readId).filter((id) => id !== null),
    uuids: which.map(readUuid).filter((uuid) => uuid !== null),
  };
}

async function findOrganisation(magpie: Magpie, viewer: Viewer, given: unknown): Promise<number | null> {
  const id = readId(given);
  const uuid = readUuid(given);
  if (id === null && uuid === null) return null;
  const row = await magpie.database.as(viewer, (tx) =>
    tx.first<{ id: number }>('select id from organisations where id = $1::bigint or uuid = $2::uuid', [id, uuid]),
  );
  if (row === null) throw new Invalid('', ['Invalid organisation']);
  return row.id;
}

async function recordDecision(
  tx: Parameters<typeof recordChanges>[0],
  viewer: Viewer,
  request: InboxRow,
  action: string,
): Promise<void> {
  const change = { model: 'Inbox', action, modelId: request.id, modelUuid: request.uuid, title: request.title };
  await recordChanges(tx, [change], viewer);
}
