/** One rule before it gets its message's frame and its numbers. */
export interface RuleParts {
  readonly protocol: string;
  readonly source: string;
  readonly sourcePort: string;
  readonly destination: string;
  readonly destinationPort: string;
  readonly text: string;
  /** Options that match. */
  readonly content: string;
  /** The whole session is recorded once the rule has matched. */
  readonly tagsSession: boolean;
}

/** From whom to whom, as the parts of a rule. */
export function flow(
  protocol: string,
  [source, sourcePort]: readonly [string, string],
  [destination, destinationPort]: readonly [string, string],
): Pick<RuleParts, 'protocol' | 'source' | 'sourcePort' | 'destination' | 'destinationPort'> {
  return { protocol, source, sourcePort, destination, destinationPort };
}

/** A web request from the inside out. */
export function outgoing(protocol: string, port: string) {
  return flow(protocol, ['$HOME_NET', 'any'], ['$EXTERNAL_NET', port]);
}
