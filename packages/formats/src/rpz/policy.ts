import { isIPv4, isIPv6 } from 'node:net';

/** Policies by the names of MISP, in the order of their numbers in its settings. */
export const rpzPolicies = ['DROP', 'NXDOMAIN', 'NODATA', 'Local-Data', 'PASSTHRU', 'TCP-only'] as const;

/** What a zone does with a name it holds. */
export type RpzPolicy = (typeof rpzPolicies)[number];

// Targets by which a zone says what is done (draft-vixie-dnsop-dns-rpz, section 3), and how the comments tell it.
const facts: Readonly<Record<Exclude<RpzPolicy, 'Local-Data'>, { target: string; explained: string }>> = {
  DROP: { target: 'rpz-drop.', explained: 'DROP (no answer at all)' },
  NXDOMAIN: { target: '.', explained: 'NXDOMAIN (name does not exist)' },
  NODATA: { target: '*.', explained: 'NODATA (name exists but has no records)' },
  PASSTHRU: { target: 'rpz-passthru.', explained: 'PASSTHRU (the true answer, exempt from other policies)' },
  'TCP-only': { target: 'rpz-tcp-only.', explained: 'TCP-only (a truncated answer, so that the client asks by TCP)' },
};

/** The record of a policy, such as `CNAME .`, and the words for it. */
export function policyRecord(policy: RpzPolicy, walledGarden: string): { record: string; explained: string } {
  if (policy !== 'Local-Data') {
    const { target, explained } = facts[policy];
    return { record: `CNAME ${target}`, explained };
  }
  const explained = `the walled garden (${walledGarden})`;
  // An address behind CNAME would be taken for a name.
  if (isIPv4(walledGarden)) return { record: `A ${walledGarden}`, explained };
  if (isIPv6(walledGarden)) return { record: `AAAA ${walledGarden}`, explained };
  return { record: `CNAME ${walledGarden}`, explained };
}
