import type { Transaction } from '../../../database/transaction.ts';
import { selectValuesOf } from '../../knowledge/warninglists/queries.ts';

/** The list whose hosts are references rather than indicators (import-formats reference, section 1). */
const VENDORS = 'List of known domains used by automated malware analysis services & security vendors';
const MOST_DOMAINS = 10_000;

/** What free text is looked through with besides what the program knows by itself. */
export interface InstanceLists {
  /** An https address at or below one of these is a link. Absent where the instance has no such list. */
  readonly vendorDomains?: ReadonlySet<string>;
}

/** The lists of this instance. */
export async function readDetectionLists(tx: Transaction): Promise<InstanceLists> {
  const domains = await selectValuesOf(tx, VENDORS, MOST_DOMAINS);
  return domains.length === 0 ? {} : { vendorDomains: new Set(domains.map((domain) => domain.toLowerCase())) };
}
