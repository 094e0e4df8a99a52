import type { ExportValue } from '../export-attribute.ts';
import { writeItems } from '../pieces.ts';

/** The types that hold an address, and in which half. */
const halves: Readonly<Record<string, 'value1' | 'value2'>> = {
  'ip-src': 'value1',
  'ip-dst': 'value1',
  'domain|ip': 'value2',
  'ip-src|port': 'value1',
  'ip-dst|port': 'value1',
};

/** The types that a firewall rule is made of. */
export const netfilterTypes: readonly string[] = Object.keys(halves);

// What is written is run by a shell: nothing but addresses and networks may get there.
const ADDRESS = /^[0-9A-Fa-f.:]+(\/\d{1,3})?$/;

/** Addresses as commands of iptables, one a line, repeated as often as they occur; without any one empty line. */
export function writeNetfilter(
  batches: AsyncIterable<readonly ExportValue[]>,
  { action }: { readonly action: string },
): AsyncGenerator<string> {
  const line = (value: ExportValue) => {
    const half = halves[value.type];
    const address = half === undefined ? '' : value[half];
    return ADDRESS.test(address) ? `iptables -A INPUT -s ${address} -j ${action}\n` : null;
  };
  return writeItems(batches, line, { empty: '\n' });
}
