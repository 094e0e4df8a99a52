import { isIP } from 'node:net';

const UNITS: Readonly<Record<string, number>> = { '': 1, B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };
const MIN_BODY_BYTES = 2 ** 20;
const MIN_PASSWORD_LENGTH = 8;
const MAX_NAME_LENGTH = 255;

/** Parsers of single settings: each takes the text and returns the value, or throws an Error saying what was expected. */

/** An IP address or host name. */
export function parseHost(text: string): string {
  if (isIP(text) || /^(?=.{1,253}$)[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)) return text;
  throw new Error('expected an IP address or a host name');
}

/** A TCP port; 0 stands for any free one. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error('expected a port number from 0 to 65535');
}

/** An http or https URL, returned without a slash at its end. */
export function parseBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (isPlain && (url.protocol === 'http:' || url.protocol === 'https:')) return url.href.replace(/\/+$/, '');
  throw new Error('expected a URL such as https://magpie.example.org, without query or login');
}

/** A PostgreSQL URL. */
export function parseDatabaseUrl(text: string): string {
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text)) return text;
  throw new Error('expected a URL such as postgresql://user:password@host:5432/database');
}

/** The URL of a mail server. */
export function parseSmtpUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isMailServer = url !== null && (url.protocol === 'smtp:' || url.protocol === 'smtps:') && url.hostname !== '';
  if (isMailServer && url.search === '' && url.hash === '') return text;
  throw new Error('expected a URL such as smtp://user:password@mail.example.org:587');
}

/** An e-mail address, lower-cased. */
export function parseEmail(text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text) && text.length <= MAX_NAME_LENGTH) return text.toLowerCase();
  throw new Error('expected an e-mail address');
}

/** The first administrator's password. */
export function parsePassword(text: string): string {
  if (text.length >= MIN_PASSWORD_LENGTH) return text;
  throw new Error(`expected at least ${MIN_PASSWORD_LENGTH} characters`);
}

/** An API key of MISP's form. */
export function parseKey(text: string): string {
  if (/^[a-zA-Z0-9]{40}$/.test(text)) return text;
  throw new Error('expected exactly 40 letters and digits');
}

/** The name of an organisation. */
export function parseName(text: string): string {
  const name = text.trim();
  if (name.length > 0 && name.length <= MAX_NAME_LENGTH) return name;
  throw new Error(`expected a name of at most ${MAX_NAME_LENGTH} characters`);
}

/** A size such as `64MB`, in bytes; units are powers of 1,024. */
export function parseByteSize(text: string): number {
  const [, digits, unit] = /^(\d{1,15})\s*([KMG]?B)?$/i.exec(text.trim()) ?? [];
  const bytes = Number(digits) * (UNITS[(unit ?? '').toUpperCase()] ?? 1);
  if (bytes >= MIN_BODY_BYTES && Number.isSafeInteger(bytes)) return bytes;
  throw new Error('expected a size of at least 1MB, such as 64MB or 1GB');
}

/** Comma-separated addresses or networks in CIDR form. */
export function parseNetworks(text: string): string[] {
  const networks = text.split(',').map((part) => part.trim());
  if (networks.every(isNetwork)) return networks;
  throw new Error('expected comma-separated IP addresses or networks, such as 127.0.0.1, 10.0.0.0/8');
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** One of the log levels. */
export function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text.toLowerCase());
  if (level) return level;
  throw new Error(`expected one of ${LOG_LEVELS.join(', ')}`);
}
