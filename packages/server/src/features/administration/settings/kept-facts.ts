import { type Extra, fact, free, type SettingFacts } from './fact.ts';

const always: Extra = { cliOnly: true };

/**
 * Settings without effect here, kept for clients that read or set them; those that describe what is always so cannot be
 * switched.
 */
export const keptFacts: Readonly<Record<string, SettingFacts>> = {
  'MISP.correlation_engine': fact('Default', 0, 'Every reader gets what he may see, in any case.', {
    options: { Default: 'Default Correlation Engine', NoAcl: 'No ACL Engine' },
  }),
  'MISP.showorgalternate': fact(false, 2, 'Owner and creator of events stand apart in any case.'),
  'MISP.collapse_attribute_in_object': fact(false, 2, 'How MISP’s own page shows objects.'),
  'MISP.download_attachments_on_load': fact(true, 2, 'How MISP’s own page loads pictures.'),
  'MISP.thumbnail_in_redis': fact(false, 2, 'Where MISP keeps small pictures.'),
  'MISP.disable_auto_logout': fact(false, 2, 'Whether MISP’s own page leaves when its session has ended.'),
  'MISP.disable_taxonomy_consistency_checks': fact(false, 2, 'Spares MISP a slow check; there is none here.'),
  'MISP.disable_cached_exports': fact(true, 1, 'Every export is made when it is asked for.', always),
  'MISP.main_logo': fact('', 2, 'A picture of MISP’s own page.', free),
  'MISP.home_logo': fact('', 2, 'A picture of MISP’s own page.', free),
  'MISP.custom_css': fact('', 2, 'A style sheet of MISP’s own page.', free),
  'MISP.cveurl': fact('https://cve.circl.lu/cve/', 1, 'Where MISP’s own page looks vulnerabilities up.', free),
  'MISP.cweurl': fact('https://cve.circl.lu/cwe/', 1, 'Where MISP’s own page looks weaknesses up.', free),
  'MISP.attachment_scan_module': fact('', 2, 'Attachments are not looked at by modules.', free),
  'MISP.attachment_scan_hash_only': fact(false, 2, 'Attachments are not looked at by modules.'),
  'MISP.attachment_scan_timeout': fact(30, 2, 'Attachments are not looked at by modules.'),
  'MISP.self_update': fact(false, 1, 'A new version is installed by whoever runs the instance.', always),
  'MISP.online_version_check': fact(false, 1, 'The program does not ask for newer versions of itself.', always),
  'MISP.updateTimeThreshold': fact(7200, 1, 'Updates of the database need no lock that expires.'),
  'MISP.log_client_ip_header': fact('', 1, 'Proxies whose word counts are named by MAGPIE_TRUSTED_PROXIES.', {
    ...always,
    ...free,
  }),
  'MISP.log_skip_db_logs_completely': fact(false, 0, 'A write and its entry in the log are one.', always),
  'MISP.log_paranoid_include_sql_queries': fact(false, 0, 'Statements are not kept with requests.', always),
  'MISP.log_skip_access_logs_in_application_logs': fact(true, 1, 'Requests are kept in the access log alone.', always),
  'Security.do_not_log_authkeys': fact(true, 0, 'No key is written to a log whole.', always),
  'Security.authkey_keep_session': fact(false, 0, 'A key is checked at every request.'),
  'Security.api_key_quick_lookup': fact(false, 0, 'A key is looked up in memory in any case.'),
  'Security.api_key_quick_lookup_expiration': fact(180, 2, 'A key is looked up in memory in any case.'),
  'Security.csp_enforce': fact(true, 1, 'What pages may load is enforced.', always),
  'Security.disable_browser_cache': fact(true, 0, 'Browsers keep no answers.', always),
  'Security.rest_client_baseurl': fact('', 1, 'The REST client asks this instance alone.', free),
  'Proxy.method': fact('', 2, 'How to sign in at the proxy: Basic.', free),
  'Plugin.Benchmarking_enable': fact(false, 2, 'No times of requests are taken.', always),
  'Plugin.Sightings_enable_realtime_publish': fact(false, 1, 'Sightings are sent on one by one: not in this version.'),
};
