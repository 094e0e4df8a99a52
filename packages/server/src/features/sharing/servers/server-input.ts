import { readUuid } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import { Invalid } from '../../../errors.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { isObject, type JsonObject, readBoolean, readId, readText } from '../../../http/lenient.ts';
import { type ServerFlag, serverFlags } from './server-row.ts';

/** The fields of a server that a body sets; what it does not name is missing. */
export interface ServerInput {
  name?: string;
  url?: string;
  authkey?: string;
  remote_org_id?: number;
  pull_rules?: string;
  push_rules?: string;
  /** PEM; null takes it away. */
  cert_pem?: string | null;
  client_cert?: string | null;
  flags: Partial<Record<ServerFlag, boolean>>;
}

const MAX_NAME = 255;
const MAX_URL = 2000;
const MAX_RULES = 1_000_000;
const MAX_PEM = 200_000;

/** What MISP stores where no rules are sent. */
export const NO_PULL_RULES =
  '{"tags":{"OR":[],"NOT":[]},"orgs":{"OR":[],"NOT":[]},"type_attributes":{"NOT":[]},"type_objects":{"NOT":[]},"url_params":""}';

/** Rules that let everything through, as MISP stores them. */
export const NO_PUSH_RULES = '{"tags":{"OR":[],"NOT":[]},"orgs":{"OR":[],"NOT":[]}}';

/** Reads and checks a body. Throws `Invalid` with the fields that break a rule; an unknown organisation is 405, as in MISP. */
export async function readServerInput(tx: Transaction, body: JsonObject): Promise<ServerInput> {
  const input: ServerInput = { flags: {} };
  for (const flag of serverFlags) {
    const value = readBoolean(body[flag]);
    if (value !== undefined) input.flags[flag] = value;
  }
  const name = readText(body, 'name');
  if (name !== undefined) input.name = checkedName(name);
  const url = readText(body, 'url');
  if (url !== undefined) input.url = checkedUrl(url);
  const authkey = readText(body, 'authkey');
  // Asterisks stand for a key in answers; sent back they change nothing.
  if (authkey !== undefined && authkey !== '' && !/^\*+$/.test(authkey)) input.authkey = checkedKey(authkey);
  if (body.remote_org_id !== undefined && body.remote_org_id !== null) {
    input.remote_org_id = await findOrganisation(tx, body.remote_org_id);
  }
  for (const field of ['pull_rules', 'push_rules'] as const) {
    const rules = readRules(body, field);
    if (rules !== undefined) input[field] = rules;
  }
  readCertificates(body, input);
  return input;
}

function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > MAX_NAME) throw new Invalid('', { name: ['valueNotEmpty'] });
  return trimmed;
}

function checkedUrl(url: string): string {
  const text = url.trim().replace(/\/+$/, '');
  const parsed = URL.canParse(text) && text.length <= MAX_URL ? new URL(text) : null;
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') || parsed.username !== '') {
    throw new Invalid('', { url: ['The base url has to be a valid URL.'] });
  }
  return text;
}

function checkedKey(authkey: string): string {
  if (/^[A-Za-z0-9]{40}$/.test(authkey)) return authkey;
  throw new Invalid('', {
    authkey: ['The authkey has to be exactly 40 characters long and consist of alphanumeric characters.'],
  });
}

async function findOrganisation(tx: Transaction, key: unknown): Promise<number> {
  const id = readId(key);
  const uuid = readUuid(key);
  const row =
    id === null && uuid === null
      ? null
      : await tx.first<{ id: number }>('select id from organisations where id = $1 or uuid = $2', [id, uuid]);
  if (row === null) throw new HttpProblem(405, 'Invalid remote_org_id.');
  return row.id;
}

/** Rules are JSON text; an object is taken as well. */
function readRules(body: JsonObject, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (text.length <= MAX_RULES && isRules(text)) return text;
  throw new Invalid('', { [field]: ['The rules have to be valid JSON.'] });
}

function isRules(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) || (Array.isArray(value) && value.length === 0);
  } catch {
    return false;
  }
}

function readCertificates(body: JsonObject, input: ServerInput): void {
  if (readBoolean(body.delete_cert)) input.cert_pem = null;
  if (readBoolean(body.delete_client_cert)) input.client_cert = null;
  const authority = readText(body, 'submitted_cert');
  if (authority) input.cert_pem = checkedPem(authority, 'submitted_cert', false);
  const client = readText(body, 'submitted_client_cert');
  if (client) input.client_cert = checkedPem(client, 'submitted_client_cert', true);
}

function checkedPem(text: string, field: string, needsKey: boolean): string {
  const hasCertificate = text.includes('-----BEGIN CERTIFICATE-----');
  const hasKey = /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/.test(text);
  if (text.length <= MAX_PEM && hasCertificate && (hasKey || !needsKey)) return text;
  throw new Invalid('', { [field]: [needsKey ? 'Expected a certificate and its key as PEM.' : 'Expected PEM.'] });
}
