import { readUuidShape } from '../uuid.ts';

/** A machine tag taken apart. */
export interface TagParts {
  readonly namespace: string;
  readonly predicate: string;
  /** Null in tags of two parts (`tlp:red`). */
  readonly value: string | null;
}

const machineTag = /^([^:="]+):([^:="]+)(?:="([^"]+)")?$/;
const galaxyTag = /^misp-galaxy:[^:="]+="([^"]+)"$/;

/** Parts of `namespace:predicate` or `namespace:predicate="value"`; null for other names. */
export function parseTagName(name: string): TagParts | null {
  const [, namespace, predicate, value] = machineTag.exec(name) ?? [];
  if (namespace === undefined || predicate === undefined) return null;
  return { namespace, predicate, value: value ?? null };
}

/** True for the tag of a galaxy cluster. */
export function isGalaxyTag(name: string): boolean {
  return galaxyTag.test(name);
}

/** True for the tag of a cluster made by users: those are named by uuid. */
export function isCustomGalaxyTag(name: string): boolean {
  return readUuidShape(galaxyTag.exec(name)?.[1]) !== null;
}
