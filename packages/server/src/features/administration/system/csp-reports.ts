import { type Change, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Refused, TooLarge } from '../../../errors.ts';
import { isObject, type JsonObject } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { createHourlyLimit } from '../logs/hourly-limit.ts';

/** Browsers' reports are short; most of one is the beginning of the script that was stopped. */
const LONGEST_BYTES = 16 * 1024;
const LONGEST_TEXT = 300;
/** The Reporting API sends several at once. */
const MOST_AT_ONCE = 10;
/** Of all senders together: anybody may send reports, and they must not fill the log. */
const MOST_PER_HOUR = 200;

/** Where browsers report what a page of ours was kept from doing (Content Security Policy Level 3, section 5). */
export function cspReportOperations(magpie: Magpie): Operation[] {
  const limit = createHourlyLimit(MOST_PER_HOUR);
  return [
    {
      name: 'servers.cspReport',
      summary: 'Takes what a browser reports of a page that broke its rules, into the log',
      path: '/servers/cspReport',
      methods: ['POST'],
      permission: 'public',
      // Browsers send it without the page's token, whoever is signed in; nothing but the log is written.
      effect: 'read',
      rawBody: true,
      handle: async ({ method, body, ip, requestId }) => {
        if (method !== 'POST') throw new Refused('Reports are sent by POST.');
        const reports = readReports(body);
        const changes = reports.map(changeOf).filter((change) => limit.admits(String(change.title), ip));
        if (changes.length > 0) {
          const actor = { userId: 0, organisationId: 0, authKeyId: null, ip, requestId };
          await magpie.database.aside('report of a browser', (tx) => recordChanges(tx, changes, actor));
        }
        return { kind: 'bytes', status: 204, contentType: 'text/plain; charset=UTF-8', bytes: '' };
      },
    },
  ];
}

/** Reports in either form: `{"csp-report":{…}}`, or a list of `{"type":"csp-violation","body":{…}}`. */
function readReports(body: unknown): JsonObject[] {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (bytes.length > LONGEST_BYTES) throw new TooLarge('The report is too long.');
  let sent: unknown;
  try {
    sent = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new BadRequest('The report is not JSON.');
  }
  const listed = Array.isArray(sent) ? sent.slice(0, MOST_AT_ONCE) : [sent];
  const reports = listed.flatMap((entry) => {
    const report = isObject(entry)
      ? (entry['csp-report'] ?? (entry.type === 'csp-violation' ? entry.body : null))
      : null;
    return isObject(report) ? [report] : [];
  });
  if (reports.length === 0) throw new BadRequest('There is no report in what was sent.');
  return reports;
}

function changeOf(report: JsonObject): Change {
  const text = (...names: string[]) => {
    const value = names.map((name) => report[name]).find((given) => typeof given === 'string');
    return typeof value === 'string' ? value.replaceAll('\0', '').slice(0, LONGEST_TEXT) : '';
  };
  // What stands behind the question mark may be anything, secrets among it.
  const address = (...names: string[]) => text(...names).replace(/[?#].*$/s, '');
  const directive = text('effective-directive', 'effectiveDirective', 'violated-directive');
  const blocked = address('blocked-uri', 'blockedURL');
  const page = address('document-uri', 'documentURL');
  return {
    model: 'Server',
    action: 'warning',
    title: `A page was kept from breaking its rules: ${directive} ${blocked}`,
    after: { page, directive, blocked, source: address('source-file', 'sourceFile') },
  };
}
