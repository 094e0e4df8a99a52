import { fact, free, type SettingFacts } from './fact.ts';
import { settingDefaults as known } from './registry.ts';

/** Settings of outgoing mail. The mail server itself is named by MAGPIE_SMTP_URL. */
export const mailFacts: Readonly<Record<string, SettingFacts>> = {
  'MISP.email': fact(known['MISP.email'], 0, 'The address that mails come from.', free),
  'MISP.email_from_name': fact(known['MISP.email_from_name'], 2, 'The name that mails come from.', free),
  'MISP.email_reply_to': fact(known['MISP.email_reply_to'], 2, 'The address that answers to mails go to.', free),
  'MISP.contact': fact(known['MISP.contact'], 1, 'The address to turn to.', free),
  'MISP.disable_emailing': fact(known['MISP.disable_emailing'], 0, 'No mail is sent.'),
  'MISP.newUserText': fact(
    known['MISP.newUserText'],
    1,
    'The mail to a new user; $password $username $org $misp $contact, and \\n for a new line.',
  ),
  'MISP.passwordResetText': fact(
    known['MISP.passwordResetText'],
    1,
    'The mail after a reset; $password $username $org $misp $contact, and \\n for a new line.',
  ),
  'MISP.disablerestalert': fact(known['MISP.disablerestalert'], 1, 'Events published by API cause no mails.'),
  'MISP.block_old_event_alert': fact(known['MISP.block_old_event_alert'], 1, 'Old events cause no mails.'),
  'MISP.block_old_event_alert_age': fact(
    known['MISP.block_old_event_alert_age'],
    1,
    'Days since the last change after which an event is old; 0 for never.',
  ),
  'MISP.block_old_event_alert_by_date': fact(
    known['MISP.block_old_event_alert_by_date'],
    1,
    'Days since its date after which an event is old; 0 for never.',
  ),
  'MISP.block_event_alert': fact(known['MISP.block_event_alert'], 1, 'Events with a certain tag cause no mails.'),
  'MISP.block_event_alert_tag': fact(known['MISP.block_event_alert_tag'], 1, 'The name of that tag.'),
  'MISP.event_alert_republish_ban': fact(
    known['MISP.event_alert_republish_ban'],
    1,
    'An event published again within a while causes no mails.',
  ),
  'MISP.event_alert_republish_ban_threshold': fact(
    known['MISP.event_alert_republish_ban_threshold'],
    1,
    'That while, in minutes.',
  ),
  'MISP.event_alert_republish_ban_refresh_on_retry': fact(
    known['MISP.event_alert_republish_ban_refresh_on_retry'],
    1,
    'A try within the while begins it anew.',
  ),
  'MISP.user_email_notification_ban': fact(
    known['MISP.user_email_notification_ban'],
    1,
    'A user who publishes a lot causes no more mails for a while; site administrators always do.',
  ),
  'MISP.user_email_notification_ban_amount_threshold': fact(
    known['MISP.user_email_notification_ban_amount_threshold'],
    1,
    'How many publications with mails are allowed in that while.',
  ),
  'MISP.user_email_notification_ban_time_threshold': fact(
    known['MISP.user_email_notification_ban_time_threshold'],
    1,
    'That while, in minutes.',
  ),
  'MISP.user_email_notification_ban_refresh_on_retry': fact(
    known['MISP.user_email_notification_ban_refresh_on_retry'],
    1,
    'Refused publications count too.',
  ),
  'MISP.org_alert_threshold': fact(
    known['MISP.org_alert_threshold'],
    1,
    'Publications of one organisation that cause mails in 24 hours; 0 for no limit.',
  ),
  'MISP.extended_alert_subject': fact(
    known['MISP.extended_alert_subject'],
    1,
    'Subjects name what the event is about, which is never encrypted.',
  ),
  'MISP.threatlevel_in_email_subject': fact(
    known['MISP.threatlevel_in_email_subject'],
    2,
    'Subjects name the threat level.',
  ),
  'MISP.email_subject_tag': fact(known['MISP.email_subject_tag'], 2, 'The namespace of the tag that subjects name.'),
  'MISP.email_subject_include_tag_name': fact(
    known['MISP.email_subject_include_tag_name'],
    2,
    'Subjects name that tag whole, not its value alone.',
  ),
  'MISP.email_subject_TLP_string': fact(
    known['MISP.email_subject_TLP_string'],
    2,
    'What subjects name when the event has no such tag.',
  ),
  'MISP.event_alert_metadata_only': fact(
    known['MISP.event_alert_metadata_only'],
    1,
    'Mails about events leave out attributes.',
  ),
  'MISP.publish_alerts_summary_only': fact(
    known['MISP.publish_alerts_summary_only'],
    1,
    'The same, by its newer name.',
  ),
};
