import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { Invalid, Refused } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import { readBoolean, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { mispVersion } from '../../../http/version.ts';
import { moduleSettings } from '../../automation/modules/module-facts.ts';
import { type SettingFacts, settingFacts } from './facts.ts';
import type { SettingValue } from './settings.ts';
import { effectiveValue, requireFacts, storeSetting } from './values.ts';

/** The instance's settings, for the site's administrator. */
export function settingOperations(magpie: Magpie): Operation[] {
  const readValue = (name: string, facts: SettingFacts) => effectiveValue(magpie, name, facts);
  return [
    {
      name: 'servers.serverSettings',
      summary: 'All settings, with a report on the instance',
      path: '/servers/serverSettings/{tab?}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async () => {
        const headers = { 'content-disposition': 'attachment; filename="MISP.report.json"' };
        const all = [...Object.entries(settingFacts), ...(await moduleSettings(magpie))];
        return json({ ...emptyReport(), finalSettings: finalSettings(all, readValue) }, { headers });
      },
    },
    {
      name: 'servers.getSetting',
      summary: 'One setting with its description',
      path: '/servers/getSetting/{setting}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ args }) => {
        const { name, facts } = await requireFacts(magpie, args.setting);
        if (facts.redacted) throw new HttpProblem(403, 'This setting is redacted.');
        const { type, level, description, options } = facts;
        return json({
          level,
          description,
          value: readValue(name, facts),
          test: testName(name, facts),
          type,
          ...(options ? { options: optionsWire(options) } : {}),
          name,
        });
      },
    },
    {
      name: 'servers.serverSettingsShow',
      summary: 'The value of one setting',
      path: '/servers/serverSettingsEdit/{setting}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async ({ args }) => {
        const { name, facts } = await requireFacts(magpie, args.setting);
        return json({ [name]: facts.redacted ? '*****' : readValue(name, facts) });
      },
    },
    {
      name: 'servers.serverSettingsEdit',
      summary: 'Change one setting',
      path: '/servers/serverSettingsEdit/{setting}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Server',
      body: Type.Object({ value: Type.Unknown(), force: Type.Optional(Type.Boolean()) }),
      handle: async ({ viewer, args, body }) => {
        const { name, facts } = await requireFacts(magpie, args.setting);
        if (facts.cliOnly) throw new Refused('This setting can only be edited via the CLI.');
        const fields = unwrap(body, 'Server');
        if (fields.value === undefined || fields.value === null) throw new Invalid('', 'Value not set.');
        await storeSetting(magpie, viewer, { name, facts }, fields.value, readBoolean(fields.force) ?? false);
        return success('Field updated');
      },
    },
  ];
}

function testName(name: string, facts: SettingFacts): string {
  if (name === 'MISP.live') return 'testLive';
  if (facts.type === 'boolean') return 'testBool';
  return facts.type === 'numeric' ? 'testForNumeric' : 'testForEmpty';
}

/** A list where the options are numbered from 0, as MISP sends it. */
function optionsWire(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> | string[] {
  const isNumbered = Object.keys(options).every((key, index) => key === String(index));
  return isNumbered ? Object.values(options) : options;
}

function finalSettings(
  all: readonly [name: string, facts: SettingFacts][],
  readValue: (name: string, facts: SettingFacts) => SettingValue,
) {
  return all.map(([name, facts]) => ({
    level: facts.level,
    value: facts.redacted ? '*****' : readValue(name, facts),
    errorMessage: null,
    test: testName(name, facts),
    type: facts.type,
    ...(facts.options ? { options: facts.options } : {}),
    ...(facts.cliOnly ? { cli_only: true } : {}),
    ...(facts.redacted ? { redacted: true } : {}),
    tab: tabOf(name),
    setting: name,
    description: facts.description,
  }));
}

const tabs: Readonly<Record<string, string>> = {
  MISP: 'MISP',
  Magpie: 'MISP',
  debug: 'MISP',
  GnuPG: 'Encryption',
  SMIME: 'Encryption',
  Proxy: 'Proxy',
  Plugin: 'Plugin',
};

function tabOf(name: string): string {
  return tabs[name.split('.')[0] ?? ''] ?? 'Security';
}

/** MISP's report speaks of PHP, Redis and its folders; the places stay, empty, for those who read them. */
function emptyReport(): Record<string, unknown> {
  return {
    version: { current: `v${mispVersion}`, newest: `v${mispVersion}`, upToDate: 'same' },
    phpSettings: [],
    gpgStatus: '',
    proxyStatus: 0,
    zmqStatus: 0,
    stix: [],
    moduleStatus: [],
    writeableDirs: [],
    writeableFiles: [],
    readableFiles: [],
    dbDiagnostics: [],
    dbSchemaDiagnostics: [],
    dbConfiguration: [],
    redisInfo: [],
    extensions: [],
    workers: [],
    backgroundJobsStatus: [],
  };
}
