import { SMTPServer } from 'smtp-server';

/** A mail as it arrived: its envelope, headers unfolded, and the decoded text. */
export interface ReceivedMail {
  from: string;
  to: string[];
  headers: ReadonlyMap<string, string>;
  subject: string;
  text: string;
  raw: string;
}

/** A mail server of a test, which keeps what it gets. */
export interface MailSink {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  clear(): void;
  /** Refuses mails to this address for good (550). */
  refuse(address: string): void;
  /** Refuses the next mails for now (451). */
  failNext(times: number): void;
  stop(): Promise<void>;
}

/** Starts on a free port of this machine, without TLS and sign-in. */
export async function startMailSink(): Promise<MailSink> {
  const mails: ReceivedMail[] = [];
  const refused = new Set<string>();
  let failing = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo({ address }, _session, done) {
      if (refused.has(address)) return done(Object.assign(new Error('no such user'), { responseCode: 550 }));
      return done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (failing > 0) {
          failing -= 1;
          done(Object.assign(new Error('try later'), { responseCode: 451 }));
          return;
        }
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push(
          readMail(
            Buffer.concat(chunks).toString('utf8'),
            from,
            rcptTo.map(({ address }) => address),
          ),
        );
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    clear: () => void mails.splice(0),
    refuse: (mail) => void refused.add(mail),
    failNext: (times) => {
      failing = times;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}

function readMail(raw: string, from: string, to: string[]): ReceivedMail {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const text = decodeBody(raw.slice(end + 4), headers.get('content-transfer-encoding') ?? '').replaceAll('\r\n', '\n');
  return { from, to, headers, subject: headers.get('subject') ?? '', text, raw };
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  if (encoding !== 'quoted-printable') return body;
  const joined = body.replaceAll('=\r\n', '');
  const bytes = joined.replaceAll(/=([0-9A-F]{2})/g, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
