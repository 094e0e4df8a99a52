import { hash } from 'node:crypto';

/** Where a sign-in came from, in MISP's names. */
export interface LoginProfile {
  ip: string;
  user_agent: string;
  accept_lang: string;
  geoip: string;
  ua_platform: string;
  ua_browser: string;
  ua_pattern: string;
}

/** What nothing is known of. */
export const UNKNOWN = 'unknown';

/** By the word that User-Agent holds; the first that fits counts, so those that pretend to be others come first. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOpera\b/, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChromium\/|\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bVersion\/[\d.].*\bSafari\//, 'Safari'],
  [/^PyMISP\b/, 'PyMISP'],
  [/^curl\//, 'curl'],
  [/^python-requests\//, 'python-requests'],
];

const platforms: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b|\biPod\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMacintosh\b|\bMac OS X\b|\bDarwin\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

/**
 * The profile of a request. Browser and platform are read from User-Agent (RFC 9110, section 10.1.5); the country is
 * not known, as no map of addresses is shipped.
 */
export function profileOf(ip: string, userAgent: string | null, acceptLanguage: string | null): LoginProfile {
  const agent = userAgent ?? '';
  return {
    ip,
    user_agent: agent,
    accept_lang: acceptLanguage ?? '',
    geoip: 'None',
    ua_platform: firstMatch(platforms, agent),
    ua_browser: firstMatch(browsers, agent),
    ua_pattern: agent.replaceAll(/\d+(?:[._]\d+)*/g, '*'),
  };
}

/** Equal profiles have equal digests. */
export function profileDigest(profile: LoginProfile): Buffer {
  const { ip, user_agent, accept_lang, geoip, ua_platform, ua_browser } = profile;
  return hash('sha256', JSON.stringify([ip, user_agent, accept_lang, geoip, ua_platform, ua_browser]), 'buffer');
}

function firstMatch(words: readonly [RegExp, string][], text: string): string {
  return words.find(([word]) => word.test(text))?.[1] ?? UNKNOWN;
}
