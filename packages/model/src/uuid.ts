const rfc4122 = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-5][0-9a-f]{3}-[089ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const shape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A uuid of RFC 4122 in lower case, or null. Versions 0 to 5 as MISP takes
 * them: it refuses versions 6 to 8, so partners could not receive those.
 */
export function readUuid(value: unknown): string | null {
  return readMatching(value, rfc4122);
}

/** Text of the shape of a uuid in lower case, or null: the libraries of MISP contain some that are no RFC 4122 uuids. */
export function readUuidShape(value: unknown): string | null {
  return readMatching(value, shape);
}

function readMatching(value: unknown, expression: RegExp): string | null {
  if (typeof value !== 'string' || value.length !== 36) return null;
  const text = value.toLowerCase();
  return expression.test(text) ? text : null;
}
