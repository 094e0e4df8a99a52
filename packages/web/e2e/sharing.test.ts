import { makeOrganisation, makeTag, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support.ts';

let world: World;
let tagId: string;

beforeAll(async () => {
  world = await openWorld();
  tagId = (await makeTag(world.magpie.admin, { name: 'mill:green', colour: '#336699' })).id;
});
afterAll(() => world.stop());

describe('the form of a connected instance', () => {
  it('takes what is pulled and pushed as names, and stores MISP’s rules', async () => {
    const { page, problems } = await world.visit('/servers/add');
    const panel = page.getByRole('dialog', { name: 'Connect an instance' });
    await panel.getByRole('textbox', { name: 'Name' }).fill('Partner');
    await panel.getByRole('textbox', { name: 'Address' }).fill('https://misp.partner.example');
    await panel.getByLabel('Key', { exact: false }).first().fill('k'.repeat(40));
    await panel.getByRole('switch', { name: 'Pull', exact: true }).click();
    await panel.getByRole('switch', { name: 'Push', exact: true }).click();
    const taken = panel.getByRole('combobox', { name: 'Tags to take' });
    await taken.first().fill('tlp:green');
    await page.keyboard.press('Enter');
    await panel.getByRole('textbox', { name: 'Further limits of the search' }).fill('last week');
    await taken.last().fill('mill:blue');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('“last week” is not of the form name: value.').waitFor();
    await panel.getByText('“mill:blue” is not known here.').waitFor();
    await panel.getByRole('textbox', { name: 'Further limits of the search' }).fill('timestamp: 30d');
    await taken.last().focus();
    await page.keyboard.press('Backspace');
    await taken.last().fill('mill:green');
    await page.keyboard.press('Enter');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.waitFor({ state: 'detached' });
    const { body } = await world.magpie.admin.get('/servers/index');
    expect(JSON.parse(String(member(body, 0, 'Server', 'pull_rules')))).toMatchObject({
      tags: { OR: ['tlp:green'], NOT: [] },
      url_params: '{"timestamp":"30d"}',
    });
    expect(JSON.parse(String(member(body, 0, 'Server', 'push_rules')))).toMatchObject({ tags: { OR: [tagId] } });
    await page.getByRole('button', { name: 'Partner' }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByText('mill:green').first().waitFor();
    expect(problems).toEqual([]);
  });
});

describe('the rules of a blueprint', () => {
  it('are put together field by field, tell whom they select, and can be written as JSON instead', async () => {
    await makeOrganisation(world.magpie.admin, { name: 'Dam', sector: 'Energy', nationality: 'Japan' });
    await makeOrganisation(world.magpie.admin, { name: 'Grid', sector: 'Energy', nationality: 'France' });
    const { page, problems } = await world.visit('/sharing_group_blueprints/index');
    await page.getByRole('button', { name: 'Add blueprint' }).first().click();
    const panel = page.getByRole('dialog', { name: 'Add blueprint' });
    await panel.getByRole('textbox', { name: 'Name' }).fill('Power');
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('Every group needs a condition, every condition a value.').waitFor();
    await panel.getByRole('combobox', { name: 'Sector: one of' }).fill('Energy');
    await page.keyboard.press('Enter');
    await panel.getByText('Selects 2 organisations now').waitFor();
    await panel.getByRole('button', { name: 'Add exception' }).click();
    await panel.getByRole('combobox', { name: 'Field' }).last().selectOption('Nationality');
    await panel.getByRole('combobox', { name: 'Nationality: one of' }).fill('France');
    await page.keyboard.press('Enter');
    await panel.getByText('Selects 1 organisation now').waitFor();
    await panel.getByRole('switch', { name: 'Write as JSON' }).click();
    const json = panel.getByRole('textbox', { name: 'Rules' });
    expect(JSON.parse(await json.inputValue())).toEqual({
      OR: { org_sector: ['Energy'], NOT: { org_nationality: ['France'] } },
    });
    await json.fill('{"AND":{"org_sector":["Energy"],"OR":{"org_name":["Grid"]}}}');
    await panel.getByRole('switch', { name: 'Write as JSON' }).click();
    await panel.getByText('Grid').waitFor();
    await panel.getByRole('button', { name: 'Save' }).click();
    await panel.waitFor({ state: 'detached' });
    const { body } = await world.magpie.admin.get('/sharing_group_blueprints/index');
    expect(JSON.parse(String(member(body, 0, 'SharingGroupBlueprint', 'rules')))).toEqual({
      AND: { org_sector: ['Energy'], OR: { org_name: ['Grid'] } },
    });
    await page.getByRole('row', { name: /Sector: Energy and \(Name: Grid\)/ }).waitFor();
    await page.getByRole('button', { name: 'Power' }).click();
    await page.getByRole('dialog', { name: 'Power' }).getByRole('link', { name: 'Grid' }).waitFor();
    expect(problems).toEqual([]);
  });
});
