import { isJson, type Json, texts } from '../json.ts';

/** The observables of observed data, the main one first, and how they refer to each other. */
export interface Observed {
  readonly list: readonly Json[];
  /** What a reference points to; undefined outside the observed data. */
  readonly get: (reference: unknown) => Json | undefined;
}

/** The observables of observed data: listed in STIX 2.1, inside in STIX 2.0. */
export function observablesOf(object: Json, objects: ReadonlyMap<string, Json>): Observed {
  if (isJson(object.objects)) {
    const inside = object.objects;
    const get = (reference: unknown) => {
      const found = typeof reference === 'string' && Object.hasOwn(inside, reference) ? inside[reference] : undefined;
      return isJson(found) ? found : undefined;
    };
    const keys = Object.keys(inside).sort((a, b) => Number(a) - Number(b));
    return { list: keys.map(get).filter((sco) => sco !== undefined), get };
  }
  const get = (reference: unknown) => (typeof reference === 'string' ? objects.get(reference) : undefined);
  const list = texts(object, 'object_refs')
    .map(get)
    .filter((sco) => sco !== undefined);
  return { list, get };
}

/** One observable alone. */
export function aloneObservable(sco: Json, objects: ReadonlyMap<string, Json>): Observed {
  return { list: [sco], get: (reference) => (typeof reference === 'string' ? objects.get(reference) : undefined) };
}
