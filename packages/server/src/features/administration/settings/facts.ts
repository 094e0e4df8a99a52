import { readExpression } from '../users/password-expression.ts';
import { eventFacts } from './event-facts.ts';
import { fact, free, type SettingFacts } from './fact.ts';
import { keptFacts } from './kept-facts.ts';
import { mailFacts } from './mail-facts.ts';
import { moduleServiceFacts } from './module-service-facts.ts';
import { pageFacts } from './page-facts.ts';
import { protectionFacts } from './protection-facts.ts';
import { settingDefaults } from './registry.ts';
import { rpzFacts } from './rpz-facts.ts';
import { secondFactorFacts } from './second-factor-facts.ts';

export type { SettingFacts, SettingType } from './fact.ts';

const distributions = {
  '0': 'Your organisation only',
  '1': 'This community only',
  '2': 'Connected communities',
  '3': 'All communities',
};

const known = settingDefaults;

/**
 * The settings that can be asked for and set, in MISP's names. Those in `settingDefaults` steer Magpie; the others are
 * kept for clients and for features that read them.
 */
export const settingFacts: Readonly<Record<string, SettingFacts>> = {
  'MISP.baseurl': fact('', 0, 'The URL of this instance; comes from MAGPIE_BASE_URL.', { cliOnly: true }),
  'MISP.external_baseurl': fact(
    known['MISP.external_baseurl'],
    0,
    'The URL announced to others, where it differs.',
    free,
  ),
  'MISP.live': fact(known['MISP.live'], 0, 'Unless set to true, the instance will only be accessible by site admins.'),
  'MISP.language': fact(known['MISP.language'], 0, 'The language of pages and mails.'),
  'MISP.uuid': fact(known['MISP.uuid'], 0, 'The uuid of this instance.', { cliOnly: true }),
  'MISP.org': fact(known['MISP.org'], 1, 'The short name of the organisation that runs this instance.'),
  'MISP.host_org_id': fact(known['MISP.host_org_id'], 0, 'The organisation that runs this instance.'),
  'MISP.default_event_distribution': fact(
    known['MISP.default_event_distribution'],
    0,
    'The default distribution setting for events (0-3).',
    { options: distributions },
  ),
  'MISP.default_attribute_distribution': fact(
    known['MISP.default_attribute_distribution'],
    0,
    'The default distribution of attributes: 0-3, or "event" to follow the event.',
    { options: { ...distributions, event: 'Inherit from event' } },
  ),
  'MISP.default_event_threat_level': fact(
    known['MISP.default_event_threat_level'],
    1,
    'The default threat level of events.',
    {
      options: { '1': 'High', '2': 'Medium', '3': 'Low', '4': 'Undefined' },
    },
  ),
  'MISP.default_event_tag_collection': fact(
    known['MISP.default_event_tag_collection'],
    0,
    'Tags put on new events of the page.',
  ),
  'MISP.default_publish_alert': fact(
    known['MISP.default_publish_alert'],
    0,
    'Whether new users get mails about published events.',
  ),
  'MISP.unpublishedprivate': fact(
    known['MISP.unpublishedprivate'],
    2,
    'Unpublished events are seen by their organisation only.',
  ),
  'MISP.completely_disable_correlation': fact(
    known['MISP.completely_disable_correlation'],
    0,
    'No correlations at all.',
  ),
  'MISP.allow_disabling_correlation': fact(
    known['MISP.allow_disabling_correlation'],
    0,
    'Users may exempt their events and attributes from correlation.',
  ),
  'MISP.take_ownership_xml_import': fact(
    known['MISP.take_ownership_xml_import'],
    2,
    'Imports of MISP files may make one’s own organisation the creator of their events.',
  ),
  'MISP.proposals_block_attributes': fact(
    known['MISP.proposals_block_attributes'],
    2,
    'Attributes that somebody proposes to delete are left out of exports for detection.',
  ),
  'MISP.correlation_limit': fact(
    known['MISP.correlation_limit'],
    0,
    'Values in more events than this are not correlated.',
  ),
  'MISP.max_correlations_per_event': fact(
    known['MISP.max_correlations_per_event'],
    1,
    'At most this many correlations are shown for an event.',
  ),
  'MISP.enableEventBlocklisting': fact(
    known['MISP.enableEventBlocklisting'],
    1,
    'Events on the blocklist are refused.',
  ),
  'MISP.enableOrgBlocklisting': fact(
    known['MISP.enableOrgBlocklisting'],
    1,
    'Events of organisations on the blocklist are refused.',
  ),
  'MISP.block_publishing_for_same_creator': fact(
    known['MISP.block_publishing_for_same_creator'],
    2,
    'Nobody publishes an event of his own.',
  ),
  'MISP.delegation': fact(known['MISP.delegation'], 1, 'Users may ask another organisation to publish for them.'),
  'MISP.background_jobs': fact(known['MISP.background_jobs'], 1, 'Long work is queued instead of being waited for.'),
  'MISP.welcome_text_top': fact(known['MISP.welcome_text_top'], 2, 'Text above the sign-in form.', free),
  'MISP.welcome_text_bottom': fact(known['MISP.welcome_text_bottom'], 2, 'Text below the sign-in form.', free),
  'MISP.disableUserSelfManagement': fact(
    known['MISP.disableUserSelfManagement'],
    1,
    'Users may not change their own accounts.',
  ),
  'MISP.disable_user_add': fact(known['MISP.disable_user_add'], 1, 'Organisation administrators may not add users.'),
  'MISP.disable_user_login_change': fact(
    known['MISP.disable_user_login_change'],
    1,
    'Users may not change their mail.',
  ),
  'MISP.disable_user_password_change': fact(
    known['MISP.disable_user_password_change'],
    1,
    'Users may not change their password.',
  ),
  'MISP.showorg': fact(known['MISP.showorg'], 0, 'Organisations are shown with what they made.'),
  ...mailFacts,
  ...eventFacts,
  ...pageFacts,
  ...protectionFacts,
  'MISP.warning_for_all': fact(
    known['MISP.warning_for_all'],
    1,
    'Warninglists are checked for attributes without the IDS flag too.',
  ),
  'MISP.enable_advanced_correlations': fact(
    known['MISP.enable_advanced_correlations'],
    0,
    'Addresses correlate with networks that hold them, and ssdeep hashes with similar ones.',
  ),
  'MISP.ssdeep_correlation_threshold': fact(
    known['MISP.ssdeep_correlation_threshold'],
    1,
    'Similarity (in percent) from which ssdeep hashes correlate.',
  ),
  'MISP.show_server_correlations_for_all_users': fact(false, 2, 'Hits in caches of servers are shown to everybody.'),
  'MISP.enableSightingBlocklisting': fact(
    known['MISP.enableSightingBlocklisting'],
    1,
    'Sightings of organisations on the blocklist are refused.',
  ),
  'MISP.enable_synchronisation_filtering_on_type': fact(false, 0, 'Servers may be filtered by attribute type.'),
  'MISP.showCorrelationsOnIndex': fact(false, 1, 'The event list counts correlations.'),
  'MISP.showSightingsCountOnIndex': fact(false, 1, 'The event list counts sightings.'),
  'MISP.showProposalsCountOnIndex': fact(false, 1, 'The event list counts proposals.'),
  'MISP.showDiscussionsCountOnIndex': fact(false, 1, 'The event list counts discussions.'),
  'MISP.showEventReportCountOnIndex': fact(false, 1, 'The event list counts reports.'),
  'MISP.disable_sighting_loading': fact(
    known['MISP.disable_sighting_loading'],
    1,
    'Events are loaded without sightings.',
  ),
  'MISP.log_client_ip': fact(known['MISP.log_client_ip'], 1, 'Addresses of clients are logged.'),
  'MISP.log_auth': fact(known['MISP.log_auth'], 1, 'Every use of a key is logged.'),
  'MISP.log_new_audit': fact(
    known['MISP.log_new_audit'],
    1,
    'Changes of things are listed in the audit log alone, not in the log.',
  ),
  'MISP.log_paranoid': fact(known['MISP.log_paranoid'], 0, 'Every request is kept in the access log.'),
  'MISP.log_paranoid_api': fact(known['MISP.log_paranoid_api'], 0, 'Every request by key is kept in the access log.'),
  'MISP.log_paranoid_include_post_body': fact(
    known['MISP.log_paranoid_include_post_body'],
    0,
    'With their bodies, secrets left out; those of monitored users have them in any case.',
  ),
  'MISP.log_paranoid_skip_db': fact(
    known['MISP.log_paranoid_skip_db'],
    0,
    'Only requests of monitored users are kept.',
  ),
  'MISP.python_bin': fact('', 1, 'Not used: nothing is run by Python.', { cliOnly: true }),
  'MISP.attachments_dir': fact('', 2, 'The folder of attachments; comes from MAGPIE_DATA_DIR.', { cliOnly: true }),
  'MISP.tmpdir': fact('', 1, 'The folder of temporary files.', { cliOnly: true }),
  'MISP.system_setting_db': fact(true, 3, 'Settings are kept in the database.', { cliOnly: true }),
  'Magpie.pivot_domains': fact(known['Magpie.pivot_domains'], 2, 'Hosts lead to others under their registered domain.'),
  'Magpie.pivot_fingerprints': fact(
    known['Magpie.pivot_fingerprints'],
    2,
    'Files lead to others with the same imphash, vhash and the like.',
  ),
  'Magpie.pivot_tlsh': fact(known['Magpie.pivot_tlsh'], 2, 'TLSH digests lead to near ones.'),
  'Magpie.pivot_tlsh_distance': fact(known['Magpie.pivot_tlsh_distance'], 2, 'How far a near TLSH digest may be.'),
  'Magpie.first_start_completed': fact(
    known['Magpie.first_start_completed'],
    2,
    'The pages of the first start have been gone through.',
  ),
  debug: fact(0, 0, 'How much MISP tells about errors; without effect here.', {
    options: { '0': 'Debug off', '1': 'Debug on', '2': 'Debug + SQL dump' },
  }),
  'Security.hide_organisation_index_from_users': fact(
    known['Security.hide_organisation_index_from_users'],
    1,
    'Users see only organisations they meet in data they see.',
  ),
  'Security.hide_organisations_in_sharing_groups': fact(
    known['Security.hide_organisations_in_sharing_groups'],
    1,
    'Members of sharing groups are shown to their owners only.',
  ),
  'Security.disable_local_feed_access': fact(
    known['Security.disable_local_feed_access'],
    0,
    'Feeds may not read files of this machine.',
    { cliOnly: true },
  ),
  'Security.disclose_user_emails': fact(
    known['Security.disclose_user_emails'],
    0,
    'Mails of users are shown to other organisations.',
  ),
  'Security.password_policy_length': fact(
    known['Security.password_policy_length'],
    2,
    'The shortest password allowed; never less than 8.',
  ),
  'Security.password_policy_complexity': fact(
    known['Security.password_policy_complexity'],
    2,
    'A regular expression between slashes that passwords must match; empty for the default rule.',
    {
      mayBeEmpty: true,
      fault: (text) =>
        text === '' || readExpression(text) !== null ? null : 'This is not a regular expression between slashes.',
    },
  ),
  'Security.advanced_authkeys': fact(
    known['Security.advanced_authkeys'],
    0,
    'Keys are stored as digests; cannot be switched off.',
    { cliOnly: true },
  ),
  'Security.advanced_authkeys_validity': fact(
    known['Security.advanced_authkeys_validity'],
    1,
    'Days a key is valid at most; 0 for no limit.',
  ),
  'Security.sanitise_attribute_on_delete': fact(
    known['Security.sanitise_attribute_on_delete'],
    0,
    'Soft deletion removes the value.',
  ),
  'Security.user_monitoring_enabled': fact(
    known['Security.user_monitoring_enabled'],
    1,
    'Requests of monitored users are kept in the access log.',
  ),
  'Security.log_each_individual_auth_fail': fact(
    known['Security.log_each_individual_auth_fail'],
    1,
    'Every refused key is logged, not each once an hour.',
  ),
  'Security.allow_self_registration': fact(
    known['Security.allow_self_registration'],
    0,
    'Anybody may ask for an account.',
  ),
  'Security.require_password_confirmation': fact(
    true,
    0,
    'Changes of an account need its password; always so in a browser.',
  ),
  'Security.rest_client_enable_arbitrary_urls': fact(false, 0, 'The REST client may call other hosts.'),
  'Security.check_sec_fetch_site_header': fact(true, 1, 'Requests of other sites are refused; always so.'),
  ...secondFactorFacts,
  'Security.salt': fact('', 0, 'Not used.', { redacted: true, cliOnly: true }),
  'Security.encryption_key': fact('', 1, 'Encrypts stored keys of servers.', { redacted: true, cliOnly: true }),
  'Session.timeout': fact(known['Session.timeout'], 0, 'Minutes after which an idle browser is signed out.'),
  'Session.cookieTimeout': fact(
    known['Session.cookieTimeout'],
    0,
    'Minutes after which a browser is signed out in any case.',
  ),
  'SecureAuth.amount': fact(
    known['SecureAuth.amount'],
    0,
    'Failed sign-ins of a mail from one address before it is blocked.',
  ),
  'SecureAuth.expire': fact(known['SecureAuth.expire'], 0, 'Seconds for which failed sign-ins count.'),
  'GnuPG.email': fact('', 0, 'The address of the instance’s key.', free),
  'GnuPG.password': fact('', 1, 'The password of the instance’s key.', { redacted: true, mayBeEmpty: true }),
  'GnuPG.onlyencrypted': fact(false, 0, 'Mails are sent encrypted or not at all.'),
  'GnuPG.bodyonlyencrypted': fact(false, 2, 'Mails with data are sent encrypted or shortened.'),
  'GnuPG.sign': fact(true, 2, 'Mails are signed.'),
  'Proxy.host': fact('', 2, 'The proxy of outgoing requests.', free),
  'Proxy.port': fact(0, 2, 'The port of the proxy.'),
  'Proxy.user': fact('', 2, 'The user at the proxy.', free),
  'Proxy.password': fact('', 2, 'The password at the proxy.', { redacted: true, mayBeEmpty: true }),
  ...moduleServiceFacts,
  ...rpzFacts,
  ...keptFacts,
  'Plugin.Sightings_policy': fact(known['Plugin.Sightings_policy'], 1, 'Who sees sightings of others.', {
    options: {
      '0': 'Event owner',
      '1': 'Sighting reporters',
      '2': 'Everyone',
      '3': 'Event owner and host organisation',
    },
  }),
  'Plugin.Sightings_anonymise': fact(
    known['Plugin.Sightings_anonymise'],
    1,
    'Sightings are shown without their organisation.',
  ),
  'Plugin.Sightings_anonymise_as': fact(
    known['Plugin.Sightings_anonymise_as'],
    1,
    'The organisation under which sightings of this instance go to others; 0 for their own.',
  ),
  'Plugin.Sightings_range': fact(known['Plugin.Sightings_range'], 1, 'Days of sightings that are shown.'),
  'Plugin.ZeroMQ_enable': fact(false, 2, 'Changes are published by ZeroMQ.'),
  'Plugin.Workflow_enable': fact(false, 1, 'Workflows run.'),
};

/** The facts of a setting, or null for an unknown name. */
export function findSettingFacts(name: string): SettingFacts | null {
  return Object.hasOwn(settingFacts, name) ? (settingFacts[name] ?? null) : null;
}
