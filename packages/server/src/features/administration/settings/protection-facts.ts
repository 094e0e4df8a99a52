import { fact, free, type SettingFacts } from './fact.ts';
import { settingDefaults as known } from './registry.ts';

/** Settings of who comes in, from where, and what is kept of it. */
export const protectionFacts: Readonly<Record<string, SettingFacts>> = {
  'MISP.log_user_ips': fact(
    known['MISP.log_user_ips'],
    1,
    'Which user an address was last used by is kept for 30 days.',
  ),
  'MISP.log_user_ips_authkeys': fact(known['MISP.log_user_ips_authkeys'], 1, 'The last use of each key is kept.'),
  'MISP.store_api_access_time': fact(
    known['MISP.store_api_access_time'],
    1,
    'The time of a user’s last API request is written every time, not once an hour.',
  ),
  'MISP.curl_request_timeout': fact(
    known['MISP.curl_request_timeout'],
    1,
    'Seconds that a request to another machine may take.',
  ),
  'Security.min_tls_version': fact(
    known['Security.min_tls_version'],
    2,
    'The oldest TLS that is spoken with other machines; empty for TLS 1.2.',
    {
      ...free,
      options: { '': 'TLS 1.2', tlsv1_0: 'TLS 1.0', tlsv1_1: 'TLS 1.1', tlsv1_2: 'TLS 1.2', tlsv1_3: 'TLS 1.3' },
    },
  ),
  'Security.auth_enforced': fact(
    known['Security.auth_enforced'],
    2,
    'Nobody signs in with a password; keys stay valid.',
  ),
  'Security.alert_on_suspicious_logins': fact(
    known['Security.alert_on_suspicious_logins'],
    1,
    'Users are told of sign-ins from where they did not sign in before, and say whether it was them.',
  ),
  'Security.allow_cors': fact(known['Security.allow_cors'], 1, 'Scripts of other sites may use the API, with a key.'),
  'Security.cors_origins': fact(
    known['Security.cors_origins'],
    1,
    'Which sites these are: origins separated by commas, or *.',
    free,
  ),
  'Security.force_https': fact(known['Security.force_https'], 0, 'Cookies travel encrypted only.'),
  'Security.allow_unsafe_apikey_named_param': fact(
    known['Security.allow_unsafe_apikey_named_param'],
    0,
    'Keys may stand in the URL, as /apikey:KEY.',
  ),
};
