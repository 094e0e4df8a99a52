import { fact, free, type SettingFacts } from './fact.ts';
import { settingDefaults as known } from './registry.ts';

/** Settings of second factors and of other protections of accounts. */
export const secondFactorFacts: Readonly<Record<string, SettingFacts>> = {
  'Security.allow_password_forgotten': fact(
    known['Security.allow_password_forgotten'],
    1,
    'Users may ask for a new password by mail.',
  ),
  'Security.limit_site_admins_to_host_org': fact(
    known['Security.limit_site_admins_to_host_org'],
    2,
    'Site administrators are users of the organisation that runs the instance.',
  ),
  'Security.mandate_ip_allowlist_advanced_authkeys': fact(
    known['Security.mandate_ip_allowlist_advanced_authkeys'],
    2,
    'Every key names the addresses it may be used from.',
  ),
  'Security.username_in_response_header': fact(
    known['Security.username_in_response_header'],
    2,
    'Answers name the user and the key in X-Username, and his organisation in X-UserOrgUUID: for the logs of proxies.',
  ),
  'MISP.disable_seen_ips_authkeys': fact(
    known['MISP.disable_seen_ips_authkeys'],
    2,
    'The addresses that keys are used from are not noted.',
  ),
  'Security.otp_disabled': fact(known['Security.otp_disabled'], 2, 'Second factors are neither set up nor asked for.'),
  'Security.otp_required': fact(
    known['Security.otp_required'],
    2,
    'Users must set up a second factor, but for roles with perm_skip_otp.',
  ),
  'Security.otp_issuer': fact(known['Security.otp_issuer'], 2, 'The name of this instance in authenticators.', free),
  'Security.email_otp_enabled': fact(
    known['Security.email_otp_enabled'],
    2,
    'Users without an authenticator are mailed a code when they sign in.',
  ),
  'Security.email_otp_length': fact(known['Security.email_otp_length'], 2, 'Digits of mailed codes, 6 to 12.'),
  'Security.email_otp_validity': fact(known['Security.email_otp_validity'], 2, 'Minutes a mailed code is valid.'),
  'Security.email_otp_text': fact(
    known['Security.email_otp_text'],
    2,
    'The mail with a code; $otp $validity $ip $username $misp $org $contact, and \\n for a new line.',
  ),
  'Security.email_otp_exceptions': fact(
    known['Security.email_otp_exceptions'],
    2,
    'Mails of users who are not asked for a mailed code, separated by commas.',
    free,
  ),
};
