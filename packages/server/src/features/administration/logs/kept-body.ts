import { parsePath } from '../../../http/path.ts';
import { isSecretName, maskedJson, maskedValue } from '../../../secrets/masked-json.ts';
import { findSettingFacts } from '../settings/facts.ts';

/** A body as it arrived, unpacked. */
export interface SentBody {
  readonly contentType: string;
  readonly bytes: Buffer;
}

/** Longer bodies are not kept. */
export const LONGEST_KEPT_BYTES = 64 * 1024;

/**
 * What of a body goes into the access log: what its type says, a line feed and the body with asterisks for secrets, as
 * MISP stores it. JSON and forms are kept; of others (files, documents) and of what cannot be read only the type, since
 * nobody knows where a secret stands in them. `isSecretValue`: the field `value` is one too.
 */
export function keptBody({ contentType, bytes }: SentBody, isSecretValue: boolean): Buffer {
  const isSecret = (name: string) => isSecretName(name) || (isSecretValue && name.toLowerCase() === 'value');
  return Buffer.from(`${contentType.replaceAll(/[\r\n]/g, ' ')}\n${masked(contentType, bytes, isSecret) ?? ''}`);
}

/** Whether a request to this URL sets a setting whose value is never shown, as those of modules may be. */
export function setsSecret(url: string): boolean {
  const [, action, name = ''] = parsePath(url)?.segments ?? [];
  if (action?.toLowerCase() !== 'serversettingsedit') return false;
  const facts = findSettingFacts(name);
  return facts === null || facts.redacted === true;
}

/** The parts of a stored body again. */
export function partsOfKeptBody(stored: Buffer): { contentType: string; body: Buffer } {
  const end = stored.indexOf('\n');
  return { contentType: stored.subarray(0, end).toString(), body: stored.subarray(end + 1) };
}

function masked(contentType: string, bytes: Buffer, isSecret: (name: string) => boolean): string | null {
  if (bytes.length > LONGEST_KEPT_BYTES) return null;
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return maskedForm(bytes.toString(), isSecret);
  return type === 'application/json' || type.endsWith('+json') ? maskedJson(bytes.toString(), isSecret) : null;
}

/** `data[User][password]` is named by its last part. */
function maskedForm(text: string, isSecret: (name: string) => boolean): string {
  const fields = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(text)) {
    const last = name.split(/[[\]]+/).findLast((part) => part !== '') ?? name;
    fields.append(name, String(maskedValue(last, value, isSecret)));
  }
  return fields.toString();
}
