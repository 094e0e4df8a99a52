import { createTransport } from 'nodemailer';
import { Refused } from '../errors.ts';
import type { ComposedMail } from './mail.ts';

/** A connection to the mail server; reused for the mails that follow within a while. */
export interface SmtpTransport {
  /** Throws `Refused` when the server will never take this mail, any other error when trying again may help. */
  send(mail: ComposedMail): Promise<void>;
  close(): void;
}

const CONNECT_MS = 10_000;
const SILENT_MS = 60_000;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Opens nothing yet. `url` is that of MAGPIE_SMTP_URL: `smtps:` is TLS from the start; with `smtp:` TLS is begun where
 * the server offers it (RFC 3207), and must be when a password is sent to another machine.
 *
 * The server is chosen by whoever runs the instance, so it may stand in a private network.
 */
export function openSmtp(url: string): SmtpTransport {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && username !== '' && !LOOPBACK.has(hostname),
    ...(username === '' ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ from, to, raw }) {
      try {
        await transport.sendMail({ envelope: { from, to: [to] }, raw });
      } catch (error) {
        if (isFinal(error)) throw new Refused(`The mail server refused the mail: ${error.message}`);
        throw error;
      }
    },
    close: () => transport.close(),
  };
}

/** RFC 5321: 5yz is a permanent refusal; that of a sign-in is the operator's to mend. */
function isFinal(error: unknown): error is Error {
  if (!(error instanceof Error) || !('responseCode' in error) || !('code' in error)) return false;
  const { responseCode, code } = error;
  return typeof responseCode === 'number' && responseCode >= 500 && (code === 'EENVELOPE' || code === 'EMESSAGE');
}
