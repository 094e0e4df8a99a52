/** A JSON object whose members are not known beforehand. */
export type JsonObject = Record<string, unknown>;

/** Something of a document that was not taken, where it stands there, and why. */
export interface NotTaken {
  readonly path: string;
  readonly reason: string;
}

/** What a reader finds, in the order of the document. */
export type Found =
  /** A MISP event, in the form that the API takes. What has no event of its own comes as one that holds it. */
  { readonly kind: 'event'; readonly event: JsonObject } | ({ readonly kind: 'not taken' } & NotTaken);

/** A document that is refused as a whole; the message says why. */
export class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
}

/** True for objects that are not lists. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was not taken, as a find. */
export function notTaken(path: string, reason: string): Found {
  return { kind: 'not taken', path, reason };
}

/** The name of a file without folders before it, and without what cannot stand in one line. */
export function plainFileName(name: string): string {
  return (name.split(/[\\/]/).at(-1) ?? '').replaceAll(/\p{Cc}/gu, '').slice(0, 255);
}
