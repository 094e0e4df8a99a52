import { toAsciiDomain } from '../attribute-types/normalise.ts';

const labels = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u;

/** Number of labels of a name that ends in a known top-level domain, or 0 for other text. */
export function countHostLabels(text: string, topLevelDomains: ReadonlySet<string>): number {
  if (text.length > 1000 || !labels.test(text)) return 0;
  const pieces = text.split('.');
  const last = (pieces.at(-1) ?? '').toLowerCase();
  const known = topLevelDomains.has(last) || topLevelDomains.has(asciiLabel(last));
  return known ? pieces.length : 0;
}

function asciiLabel(label: string): string {
  // The conversion wants a name of two labels.
  return toAsciiDomain(`a.${label}`).slice(2);
}

/** True when the host of an https URL is one of `domains` or lies below one. */
export function isHttpsBelow(url: string, domains: ReadonlySet<string>): boolean {
  const host = /^https:\/\/([a-z0-9.-]{1,255})(?:[/?#:]|$)/i.exec(url)?.[1]?.toLowerCase();
  if (host === undefined) return false;
  const pieces = host.split('.');
  return pieces.some((_, index) => domains.has(pieces.slice(index).join('.')));
}

/** True for an e-mail address of dot-separated atoms (RFC 5322) at a name of two labels or more. */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  if (at < 1 || at > 64 || text.length > 320) return false;
  const atoms = text.slice(0, at).split('.');
  const names = text.slice(at + 1).split('.');
  return (
    atoms.every((atom) => /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+$/i.test(atom)) &&
    names.length > 1 &&
    names.every((name) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(name))
  );
}
