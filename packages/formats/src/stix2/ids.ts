import { hash } from 'node:crypto';

/** The namespace in which misp-stix makes version 5 uuids. */
export const MISP_STIX_NAMESPACE = '76beed5f-7251-457e-8c2a-b45f7b589d3d';

/** The namespace, and behind it room for a name: most ids are made of one of these bytes. */
const scratch = Buffer.alloc(512);
const NAMESPACE_BYTES = scratch.write(MISP_STIX_NAMESPACE.replaceAll('-', ''), 'hex');

/** A version 5 uuid (RFC 9562, section 5.5) of a name in misp-stix's namespace. */
export function uuid5(name: string): string {
  const hex = hash('sha1', inNamespace(name), 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function inNamespace(name: string): Buffer {
  const length = Buffer.byteLength(name);
  if (NAMESPACE_BYTES + length <= scratch.length) {
    scratch.write(name, NAMESPACE_BYTES);
    return scratch.subarray(0, NAMESPACE_BYTES + length);
  }
  return Buffer.concat([scratch.subarray(0, NAMESPACE_BYTES), Buffer.from(name)]);
}

/**
 * The id of a relationship between two objects, the same whenever it is written. STIX 2.0 knows random uuids only (part
 * 1, section 2.6), and readers check it: there the digest takes that shape.
 */
export function relationshipId(source: string, type: string, target: string, version: '2.0' | '2.1'): string {
  const uuid = uuid5(`${source} - ${type} - ${target}`);
  return `relationship--${version === '2.1' ? uuid : `${uuid.slice(0, 14)}4${uuid.slice(15)}`}`;
}

const ID = /^([a-z][a-z0-9-]{0,249})--([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/;

/** The two parts of a STIX id; null when it is none (STIX 2.1, section 2.9). */
export function parseId(id: unknown): { type: string; uuid: string } | null {
  const match = typeof id === 'string' && id.length < 300 ? ID.exec(id) : null;
  const [, type, uuid] = match ?? [];
  return type === undefined || uuid === undefined ? null : { type, uuid: uuid.toLowerCase() };
}

/** The uuid MISP takes for a STIX id: its own where the version is 1, 3, 4 or 5, else one made of the id's text. */
export function mispUuid(id: string): string {
  const parsed = parseId(id);
  return parsed !== null && /^.{14}[1345].{4}[89ab]/.test(parsed.uuid) ? parsed.uuid : uuid5(id);
}
