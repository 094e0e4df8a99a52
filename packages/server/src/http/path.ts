/** A named parameter as MISP writes it in paths: `/limit:20`, `/tags:a||b`, `/deleted[]:0/deleted[]:1`. */
export type NamedParameters = Record<string, string | string[]>;

/** A MISP path taken apart. */
export interface MispPath {
  /** Path as sent, without query, for `url` in error bodies. */
  sent: string;
  /** Decoded segments before the first named parameter, extension removed, `admin` prefix included. */
  segments: string[];
  named: NamedParameters;
  extension: 'json' | 'xml' | 'csv' | null;
}

const NAMED = /^([A-Za-z0-9_.-]{1,100})(\[\])?:(.*)$/s;

/**
 * Takes a request URL apart by MISP's rules: `/controller/action/arg/name:value.json`.
 *
 * `+` and `%20` are both spaces, since PyMISP turns every space into `+`. Returns null when the path is not
 * decodable (broken percent encoding, NUL).
 */
export function parsePath(url: string): MispPath | null {
  const question = url.indexOf('?');
  const sent = question === -1 ? url : url.slice(0, question);
  const extension = /\.(json|xml|csv)$/.exec(sent)?.[1];
  const raw = extension ? sent.slice(0, -extension.length - 1) : sent;
  const path: MispPath = { sent, segments: [], named: {}, extension: readExtension(extension) };
  for (const part of raw.split('/')) {
    if (part === '') continue;
    const segment = decode(part);
    if (segment === null) return null;
    const match = path.segments.length > 0 ? NAMED.exec(segment) : null;
    if (match) addNamed(path.named, match[1] ?? '', match[2] !== undefined, match[3] ?? '');
    else path.segments.push(segment);
  }
  return path;
}

function readExtension(extension: string | undefined): MispPath['extension'] {
  return extension === 'json' || extension === 'xml' || extension === 'csv' ? extension : null;
}

function decode(part: string): string | null {
  try {
    const text = decodeURIComponent(part.replaceAll('+', ' '));
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function addNamed(named: NamedParameters, name: string, isList: boolean, value: string): void {
  // Own properties only, so that a name such as __proto__ is plain data.
  const set = (next: string | string[]) =>
    Object.defineProperty(named, name, { value: next, enumerable: true, configurable: true, writable: true });
  const clean = value.replaceAll(';', ':').trim();
  const before = Object.hasOwn(named, name) ? named[name] : undefined;
  if (isList) set([...(Array.isArray(before) ? before : []), clean]);
  else if (clean.indexOf('||') > 0) set(clean.split('||'));
  else set(clean);
}

/** Canonical spelling of a controller: `shadow_attributes`, `shadowAttributes` and `ShadowAttributes` are one. */
export function canonicalController(segment: string): string {
  return segment.replaceAll('_', '').toLowerCase();
}
