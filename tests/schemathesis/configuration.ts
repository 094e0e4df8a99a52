import type { Arguments } from './world.ts';

/**
 * Operations that are not asked: they reach out to the network, or would lock the asking user out, after which every
 * answer is a refusal that shows nothing. Hostile input to them has tests of its own (`hostile-input`).
 */
export const notAsked = [
  String.raw`\.update(JSON)?(:|$)`,
  String.raw`^users\.(resetauthkey|logout|change_pw|edit|login)(:|$)`,
  String.raw`^auth_keys\.(edit|delete|pin)(:|$)`,
  String.raw`^admin/users\.(edit|delete)(:|$)`,
  String.raw`^admin/roles\.(edit|delete)(:|$)`,
  String.raw`^admin/organisations\.(merge|delete)(:|$)`,
  String.raw`^servers\.serverSettingsEdit(:|$)`,
].join('|');

/** How schemathesis is to work (https://schemathesis.readthedocs.io, "Configuration"), as TOML. */
export function configuration(values: Arguments): string {
  const parameters = Object.entries(values).map(([name, value]) => `"path.${name}" = ${JSON.stringify(value)}`);
  return [
    '[checks.not_a_server_error]',
    // 501 says clearly that MISP knows the operation and this version does not.
    'expected-statuses = ["2xx", "3xx", "4xx", "501"]',
    '[parameters]',
    ...parameters,
    '',
  ].join('\n');
}
