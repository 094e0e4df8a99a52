import { fakeModule, startFakeService } from '@magpie/server/features/automation/modules/testing/fake-service.ts';
import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

type Service = Awaited<ReturnType<typeof startFakeService>>;

let world: World;
let service: Service;
let eventId: string;

/** What the modules of this test find. */
const answers: Parameters<typeof startFakeService>[1] = {
  lookup: () => ({
    json: {
      results: {
        Attribute: [{ type: 'ip-dst', value: '198.51.100.30' }],
        Object: [
          {
            name: 'whois',
            'meta-category': 'network',
            template_uuid: '429faea1-34ff-47af-8a00-7c62d3be5a6a',
            template_version: '10',
            Attribute: [{ object_relation: 'registrar', type: 'whois-registrar', value: 'Registrar of the test' }],
          },
        ],
        Tag: [{ name: 'looked:up' }],
      },
    },
  }),
  reader: () => ({ json: { results: [{ types: ['domain'], values: ['read.example.com'] }] } }),
};

beforeAll(async () => {
  const modules = [
    fakeModule('lookup', ['expansion', 'hover'], { format: 'misp_standard' }, { config: ['server', 'api_key'] }),
    fakeModule('reader', ['import'], {
      inputSource: ['paste'],
      userConfig: { column: { type: 'Integer', message: 'Which column to read' } },
    }),
  ];
  [world, service] = await Promise.all([openWorld(), startFakeService(modules, answers)]);
  const { admin } = world.magpie;
  for (const [family, module] of [
    ['Enrichment', 'lookup'],
    ['Import', 'reader'],
  ]) {
    await admin.post(`/servers/serverSettingsEdit/Plugin.${family}_services_enable`, { value: true });
    await admin.post(`/servers/serverSettingsEdit/Plugin.${family}_services_port`, { value: service.port });
    await admin.post(`/servers/serverSettingsEdit/Plugin.${family}_${module}_enabled`, { value: true });
  }
  await admin.post('/servers/serverSettingsEdit/Plugin.Enrichment_hover_enable', { value: true });
  await admin.post('/warninglists/add', {
    ...{ name: 'Known to be harmless', description: 'd', type: 'string', category: 'false_positive' },
    ...{ entries: '198.51.100.30', matching_attributes: ['ip-dst'] },
  });
  await admin.post('/warninglists/toggleEnable', { name: 'Known to be harmless', enabled: true });
  eventId = await addEvent(world.magpie, {
    ...{ info: 'To be enriched', distribution: 0 },
    Attribute: [{ type: 'domain', category: 'Network activity', value: 'start.example.com' }],
  });
});
afterAll(async () => {
  await world.stop();
  await service.stop();
});

describe('modules in the event page', () => {
  it('show what they know while one points at a value, and add what is kept of it', async () => {
    const { page, problems } = await world.visit(`/events/view/${eventId}`);
    const row = page.getByRole('row', { name: /start\.example\.com/ });
    await row.getByRole('button', { name: 'Quick look' }).hover();
    await page.getByText('Registrar of the test').waitFor();
    await page.mouse.move(0, 0);
    await row.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Enrich', exact: true }).click();
    const panel = page.getByRole('dialog', { name: 'Enrich' });
    await panel.getByRole('button', { name: 'lookup' }).click();
    const found = panel.getByRole('row', { name: /198\.51\.100\.30/ });
    await found.getByText('Known to be harmless').waitFor();
    expect(await found.getByRole('checkbox', { name: 'IDS' }).isChecked()).toBe(false);
    await panel.getByRole('checkbox', { name: 'Tag the event: looked:up' }).uncheck();
    await panel.getByRole('button', { name: 'Add 2 elements' }).click();
    await panel.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /198\.51\.100\.30/ }).waitFor();
    await page
      .getByRole('row', { name: /Registrar of the test/ })
      .first()
      .waitFor();
    expect(problems).toEqual([]);
  });

  it('wait for a click where the administrator wants one', async () => {
    const setting = '/servers/serverSettingsEdit/Plugin.Enrichment_hover_popover_only';
    await world.magpie.admin.post(setting, { value: true });
    const { page, problems } = await world.visit(`/events/view/${eventId}`);
    const mark = page.getByRole('row', { name: /start\.example\.com/ }).getByRole('button', { name: 'Quick look' });
    const looks = page.getByRole('region', { name: 'Quick look' });
    await mark.hover();
    // Longer than it takes to open where pointing at it is enough.
    await page.waitForTimeout(700);
    expect(await looks.count()).toBe(0);
    await mark.click();
    await looks.getByText('Registrar of the test').waitFor();
    expect(problems).toEqual([]);
  });

  it('import into the event after a look', async () => {
    const { page, problems } = await world.visit(`/events/view/${eventId}?panel=module-import`);
    const panel = page.getByRole('dialog', { name: 'Import by a module' });
    await panel.getByRole('combobox', { name: 'Module' }).selectOption('reader');
    await panel.getByText('Which column to read').waitFor();
    await panel.getByRole('textbox', { name: 'Text' }).fill('some text');
    await panel.getByRole('button', { name: 'Read' }).click();
    await panel.getByRole('button', { name: 'Add 1 element' }).click();
    await page.getByRole('row', { name: /read\.example\.com/ }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('a report that is imported', () => {
  it('offers what it names for review, and links it', async () => {
    const { page, problems } = await world.visit('/events/index?panel=import');
    const panel = page.getByRole('dialog', { name: 'Import' });
    await panel.locator('input[type=file]').setInputFiles({
      name: 'report.md',
      mimeType: 'text/markdown',
      buffer: Buffer.from('# Campaign\n\nSeen at 198.51.100.30 and evil.example.com, tagged tlp:white.\n'),
    });
    const file = panel.getByRole('region', { name: 'report.md' });
    await file.getByText('1 event · 1 report').waitFor();
    await file.getByRole('button', { name: 'Import' }).click();
    const review = file.getByRole('region', { name: 'Values in the report “report.md”' });
    await review
      .getByRole('row', { name: /198\.51\.100\.30/ })
      .getByText('Known to be harmless')
      .waitFor();
    await review
      .getByRole('button', { name: /Accept 2|2/ })
      .last()
      .click();
    await file.getByText('What was chosen is in the event now').waitFor();
    await file.getByRole('link', { name: 'report.md', exact: true }).click();
    await page.getByRole('row', { name: /evil\.example\.com/ }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('the page of modules', () => {
  it('tells whether the service answers, and sets what a module is told', async () => {
    const { page, problems } = await world.visit('/modules/index');
    await page.getByText('It answers').waitFor();
    await page.getByRole('switch', { name: 'Enable lookup' }).waitFor();
    await page.getByRole('button', { name: 'lookup' }).click();
    const panel = page.getByRole('dialog', { name: 'lookup' });
    await panel.getByRole('textbox', { name: 'server' }).fill('look.example');
    await panel.getByLabel('api_key').fill('0123456789abcdef');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.waitFor({ state: 'detached' });
    const { body } = await world.magpie.admin.get('/servers/getSetting/Plugin.Enrichment_lookup_server');
    expect(member(body, 'value')).toBe('look.example');
    expect(problems).toEqual([]);
  });
});
