import { makeTag, member } from '@magpie/testkit';
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
