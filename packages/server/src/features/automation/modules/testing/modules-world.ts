import { type ApiClient, makeOrganisation, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import type { JsonObject } from '../../../../http/lenient.ts';
import { type FakeAnswer, type FakeService, fakeModule, startFakeService } from './fake-service.ts';

/** A Magpie with a module service whose answers the test says. */
export interface ModulesWorld {
  readonly magpie: TestMagpie;
  readonly service: FakeService;
  /** By module; looked at with every query. */
  readonly answers: Record<string, (body: JsonObject) => FakeAnswer>;
  /** A user, and one of another organisation. */
  readonly owner: ApiClient;
  readonly other: ApiClient;
  readonly ownerOrganisation: string;
  set(name: string, value: unknown): Promise<void>;
  stop(): Promise<void>;
}

/** What the service lists; two of them are no modules. */
export const fakeModules: readonly unknown[] = [
  fakeModule('plain', ['expansion', 'hover'], {}, { config: ['apikey', 'server'] }),
  fakeModule('standard', ['expansion', 'hover'], { format: 'misp_standard' }),
  fakeModule('reader', ['import'], {
    inputSource: ['file', 'paste'],
    userConfig: { column: { type: 'Integer', regex: '/^[0-4]$/i', errorMessage: 'Expected 0 to 4' } },
  }),
  fakeModule('standard_reader', ['import'], { format: 'misp_standard', inputSource: ['paste'] }),
  fakeModule('writer', ['export'], { responseType: 'text/html', outputFileExtension: 'lst' }),
  fakeModule('act', ['action']),
  'no descriptor',
  fakeModule('../bad name', ['expansion']),
];

const enabled = [
  ...['Enrichment_plain', 'Enrichment_standard', 'Import_reader', 'Import_standard_reader'],
  ...['Export_writer', 'Action_act'],
];

/** Starts both, and switches all modules on with a second for each. */
export async function startModulesWorld(): Promise<ModulesWorld> {
  const answers: ModulesWorld['answers'] = {};
  const magpie = await startTestMagpie();
  const service = await startFakeService(fakeModules, answers);
  const [oak, elm] = [await makeOrganisation(magpie.admin), await makeOrganisation(magpie.admin)];
  const set = async (name: string, value: unknown) => {
    const { status, body } = await magpie.admin.post(`/servers/serverSettingsEdit/${name}`, { value });
    if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
  };
  for (const family of ['Enrichment', 'Import', 'Export', 'Action']) {
    await set(`Plugin.${family}_services_enable`, true);
    await set(`Plugin.${family}_services_port`, service.port);
    await set(`Plugin.${family}_timeout`, 1);
  }
  await set('Plugin.Enrichment_hover_enable', true);
  await set('Plugin.Enrichment_hover_timeout', 1);
  for (const name of enabled) await set(`Plugin.${name}_enabled`, true);
  return {
    ...{ magpie, service, answers, set },
    owner: await magpie.user(oak),
    other: await magpie.user(elm),
    ownerOrganisation: oak.id,
    stop: async () => {
      await magpie.stop();
      await service.stop();
    },
  };
}
