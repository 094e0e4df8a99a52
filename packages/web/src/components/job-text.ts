import type { Job } from '../api/jobs.ts';
import type { MessageKey, Translator } from '../i18n/i18n.tsx';

type Translate = Translator['t'];

/** Kinds of background work, by MISP's `job_type` or the name that Magpie has for its own. */
const kinds: ReadonlyMap<string, MessageKey> = new Map([
  ['admin_email', 'job.kind.admin_email'],
  ['api_access_request', 'job.kind.api_access_request'],
  ['cache_feeds', 'job.kind.cache_feeds'],
  ['cache_servers', 'job.kind.cache_servers'],
  ['community_request', 'job.kind.community_request'],
  ['contact_alert', 'job.kind.contact_alert'],
  ['count_shared_values', 'job.kind.count_shared_values'],
  ['email_otp', 'job.kind.email_otp'],
  ['enrich_event', 'job.kind.enrich_event'],
  ['fetch_feeds', 'job.kind.fetch_feeds'],
  ['forget_imports', 'job.kind.forget_imports'],
  ['forget_jobs', 'job.kind.forget_jobs'],
  ['forgot_password_email', 'job.kind.forgot_password_email'],
  ['import_file', 'job.kind.import_file'],
  ['import_free_text', 'job.kind.import_free_text'],
  ['login_alert_email', 'job.kind.login_alert_email'],
  ['new_user_email', 'job.kind.new_user_email'],
  ['password_reset_email', 'job.kind.password_reset_email'],
  ['publish_alert_email', 'job.kind.publish_alert_email'],
  ['reset_all_sync_api_keys', 'job.kind.reset_all_sync_api_keys'],
]);

/** Of these the kind says all; what else the server says of them is a sentence of its own language. */
const saidByKind: ReadonlySet<string> = new Set(['admin_email', 'count_shared_values', 'reset_all_sync_api_keys']);

/** What a job works on: `#7` for the thing of that number, a name, or '' where its kind says all. */
function subjectOf({ job_type: type, job_input: input }: Job): string {
  if (saidByKind.has(type) || /^(Feed|Server): all$/i.test(input)) return '';
  const [, number] = /^(?:(?:Event|User|Feed|Server):|To owner of event) (\d+)$/.exec(input) ?? [];
  return number === undefined ? input.replace(/^(?:Community|Feed): /, '') : `#${number}`;
}

/** The kind of a job in words; its own name where there are none. */
function jobKind(t: Translate, type: string): string {
  const key = kinds.get(type);
  return key === undefined ? type : t(key);
}

/** A job in one line: its kind and what it works on. */
export function jobText(t: Translate, job: Job): string {
  const subject = subjectOf(job);
  return subject === '' ? jobKind(t, job.job_type) : `${jobKind(t, job.job_type)} · ${subject}`;
}
