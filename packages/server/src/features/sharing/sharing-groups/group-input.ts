import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { isObject, type JsonObject, readBoolean, readId } from '../../../http/lenient.ts';

/** One member as a body names it: an `Organisation` object, a uuid, or (on this instance only) an id. */
export interface MemberInput {
  organisation: JsonObject | null;
  organisationId: number | null;
  extend: boolean;
}

/** An instance that a body makes a member of a group. */
export interface ServerInput {
  url: string | null;
  isThisInstance: boolean;
  allOrganisations: boolean;
}

/** A sharing group as a client or another instance describes it. What is absent is undefined or null. */
export interface GroupInput {
  uuid: string | null;
  name: string | undefined;
  releasability: string | undefined;
  description: string | undefined;
  active: boolean | undefined;
  roaming: boolean | undefined;
  created: Date | null;
  modified: Date | null;
  owner: JsonObject | null;
  members: MemberInput[] | null;
  servers: ServerInput[] | null;
}

const MAX_NAME = 255;
const MAX_TEXT = 65_535;
const MAX_ENTRIES = 10_000;

/**
 * Reads a group; null where a field has a wrong type or is too long. `local` bodies come from a client of this
 * instance and may name organisations by id; ids in data of other instances mean nothing here.
 */
export function readGroupInput(body: JsonObject, options: { baseUrl: string; local: boolean }): GroupInput | null {
  const name = readShortText(body.name, MAX_NAME);
  const releasability = readShortText(body.releasability, MAX_TEXT);
  const description = readShortText(body.description, MAX_TEXT);
  const members = readEntries(body.SharingGroupOrg, (entry) => readMember(entry, options.local));
  const servers = readEntries(body.SharingGroupServer, (entry) => readServer(entry, options));
  if (name === null || releasability === null || description === null || members === null || servers === null) {
    return null;
  }
  const hasUuid = body.uuid !== undefined && body.uuid !== null && body.uuid !== '';
  const uuid = readUuid(body.uuid);
  if (hasUuid && uuid === null) return null;
  return {
    uuid,
    name: name?.trim(),
    releasability,
    description,
    active: readBoolean(body.active),
    roaming: readBoolean(body.roaming),
    created: readDateTime(body.created),
    modified: readDateTime(body.modified),
    owner: readOwner(body),
    members: members ?? null,
    servers: servers ?? null,
  };
}

/**
 * May the viewer bring a group of this form: it lists his own organisation, which may extend it (or the account is
 * one for synchronisation), and it concerns this instance. Site administrators may bring any.
 */
export function mayCreateGroup(viewer: Viewer, input: GroupInput): boolean {
  if (viewer.flags.has('perm_site_admin')) return true;
  const servers = input.servers ?? [];
  const here = servers.find((server) => server.isThisInstance);
  if (servers.length > 0 && !input.roaming && here === undefined) return false;
  if (here?.allOrganisations) return true;
  return (input.members ?? []).some(
    (member) => isOwn(viewer, member) && (member.extend || viewer.flags.has('perm_sync')),
  );
}

function isOwn(viewer: Viewer, member: MemberInput): boolean {
  if (member.organisation === null) return member.organisationId === viewer.organisationId;
  const uuid = readUuid(member.organisation.uuid);
  return uuid === null ? member.organisation.name === viewer.organisationName : uuid === viewer.organisationUuid;
}

/** undefined: absent; null: not a text, or too long. */
function readShortText(value: unknown, maxLength: number): string | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= maxLength ? value : null;
}

function readEntries<T>(value: unknown, read: (entry: JsonObject) => T | null): T[] | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > MAX_ENTRIES || !value.every(isObject)) return null;
  return value.flatMap((entry) => read(entry) ?? []);
}

function readMember(entry: JsonObject, local: boolean): MemberInput | null {
  const extend = readBoolean(entry.extend) ?? false;
  if (isObject(entry.Organisation)) return { organisation: entry.Organisation, organisationId: null, extend };
  if (readUuid(entry.uuid) !== null) return { organisation: { uuid: entry.uuid }, organisationId: null, extend };
  const organisationId = local ? readId(entry.org_id) : null;
  return organisationId === null ? null : { organisation: null, organisationId, extend };
}

function readServer(entry: JsonObject, options: { baseUrl: string; local: boolean }): ServerInput | null {
  const allOrganisations = readBoolean(entry.all_orgs) ?? false;
  if (isObject(entry.Server)) {
    const url = typeof entry.Server.url === 'string' ? entry.Server.url.replace(/\/+$/, '') : null;
    return { url, isThisInstance: url === options.baseUrl, allOrganisations };
  }
  const isThisInstance = options.local && (entry.server_id === 0 || entry.server_id === '0');
  return isThisInstance ? { url: null, isThisInstance, allOrganisations } : null;
}

function readOwner(body: JsonObject): JsonObject | null {
  if (isObject(body.Organisation)) return body.Organisation;
  return readUuid(body.organisation_uuid) === null ? null : { uuid: body.organisation_uuid };
}

/** `YYYY-MM-DD HH:MM:SS` in UTC, or epoch seconds. */
function readDateTime(value: unknown): Date | null {
  if (typeof value === 'number' || (typeof value === 'string' && /^\d{1,11}$/.test(value))) {
    const at = new Date(Number(value) * 1000);
    return Number.isNaN(at.getTime()) ? null : at;
  }
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(value)) return null;
  const at = new Date(`${value.replace(' ', 'T')}Z`);
  return Number.isNaN(at.getTime()) ? null : at;
}
