import { shortestAddress } from '@magpie/model';
import { readAddress } from '../../knowledge/warninglists/matching/address-words.ts';

/** How a stored value meets the value that is looked up. */
export type LookupMatch = 'exact' | 'ip_cidr' | 'parent_domain';

/** What to look for; texts are in lower case. */
export interface LookupKeys {
  /** The value as it is stored. */
  readonly exact: string;
  /** Domains above a host name, but no top-level one. */
  readonly parents: readonly string[];
  /** An address or network whose surrounding networks are hits; null for other values. */
  readonly address: string | null;
}

/** Works out what a value is known by: itself, a network around it, a domain above it. */
export function lookupKeys(value: string): LookupKeys {
  const text = value.trim().toLowerCase();
  if (readAddress(text) === null) return { exact: text, parents: parentDomains(text), address: null };
  const isPlain = !text.includes(':') && !text.includes('/');
  const exact = isPlain ? text : shortestAddress(text);
  return { exact, parents: [], address: exact };
}

const HOST = /^(?:[\p{L}\p{N}_-]{1,63}\.){2,126}[\p{L}\p{N}-]{2,63}\.?$/u;

function parentDomains(text: string): string[] {
  if (!HOST.test(text)) return [];
  const labels = text.replace(/\.$/, '').split('.');
  return labels.slice(1, -1).map((_, index) => labels.slice(index + 1).join('.'));
}
