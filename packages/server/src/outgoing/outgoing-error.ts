/** Why an outgoing request got no answer. */
export type OutgoingFailure =
  /** The URL cannot be read or is neither http nor https. */
  | 'url'
  /** The name leads to an address that the policy refuses. */
  | 'refused-address'
  /** The name is unknown, nobody listens, the connection broke. */
  | 'connection'
  /** The certificate is not accepted. */
  | 'tls'
  /** No complete answer within the time given. */
  | 'timeout'
  /** More bytes than allowed. */
  | 'too-large'
  /** Too many redirects, or one to nowhere. */
  | 'redirect'
  /** The answer cannot be decoded: compression or JSON. */
  | 'content';

/** An outgoing request failed; the message names the host and never a header. */
export class OutgoingError extends Error {
  readonly failure: OutgoingFailure;
  constructor(failure: OutgoingFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
