import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld, type World } from './support.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 120_000);
afterAll(() => world?.stop());

describe('an event template', () => {
  it('is built in the page, makes an event, and is changed and deleted', async () => {
    const { page, problems } = await world.visit('/event_templates/index');
    await page.getByRole('button', { name: 'New template' }).first().click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Phishing');
    await page.getByRole('textbox', { name: 'Title' }).fill('Phish {{field:sender}}');
    await page.getByRole('combobox', { name: 'Threat level' }).selectOption('2');
    await page.getByRole('button', { name: 'Add element' }).click();
    const element = page.getByRole('group', { name: /^Attribute/ });
    await element.getByRole('textbox', { name: 'Label' }).fill('Sender');
    await element.getByRole('textbox', { name: 'Id' }).fill('sender');
    const type = element.getByRole('combobox', { name: 'Type' });
    await type.fill('email-src');
    await page.getByRole('option', { name: 'email-src', exact: true }).click();
    await element.getByRole('checkbox', { name: 'Mandatory' }).check();
    await page.getByRole('button', { name: 'Save' }).click();

    await page.getByRole('textbox', { name: 'Sender' }).fill('a@example.com');
    await page.getByRole('button', { name: 'Create event' }).click();
    await page.getByRole('heading', { name: 'Phish a@example.com' }).waitFor();
    await page.getByText('email-src').first().waitFor();

    await page.goto(`${world.magpie.url}/event_templates/view/1`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Phishing mail');
    await page.getByRole('textbox', { name: 'Id' }).fill('1 no id');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/an id is made of letters/).waitFor();
    await page.getByRole('textbox', { name: 'Id' }).fill('from_whom');
    await page.getByRole('textbox', { name: 'Title' }).fill('Phish');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Phishing mail' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No template yet').waitFor();
    expect(problems).toEqual([]);
  }, 60_000);
});
