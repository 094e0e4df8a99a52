import { writeItems } from '../pieces.ts';

/** Options of a hosts file. */
export interface HostsOptions {
  /** What the names are sent to. */
  readonly address: string;
  /** Epoch seconds, told in the head. */
  readonly generated: number;
}

const HOST_NAME = /^[^\s#]+$/u;

/**
 * Domains as a hosts file (hosts(5)) that sends them to one address. Names that no line can hold are left out. Each
 * name is to come once.
 */
export function writeHosts(
  batches: AsyncIterable<readonly string[]>,
  { address, generated }: HostsOptions,
): AsyncGenerator<string> {
  const time = new Date(generated * 1000).toISOString().replace('T', ' ').slice(0, 19);
  const opening = `# Blocklist in the HOSTS format\n# Generated: ${time} +0000\n`;
  return writeItems(batches, (name) => (HOST_NAME.test(name) ? `${address} ${name}\n` : null), { opening });
}
