import { member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  const event = await addEvent(world.magpie, { info: 'Mill phishing', distribution: 1 });
  await world.magpie.admin.post(`/events/edit/${event}`, { info: 'Mill phishing, second wave' });
});
afterAll(() => world.stop());

describe('the audit log', () => {
  it('tells who changed what, with the values before and after', async () => {
    const { page, problems } = await world.visit('/audit_logs/index');
    await page
      .getByRole('row', { name: /changed/ })
      .first()
      .getByRole('button')
      .click();
    const panel = page.getByRole('dialog');
    await panel.getByText('Mill phishing, second wave').first().waitFor();
    expect(await panel.getByText('− Mill phishing', { exact: true }).count()).toBe(1);
    expect(problems).toEqual([]);
  });
});

describe('feeds', () => {
  it('are added in a panel and listed', async () => {
    const { page, problems } = await world.visit('/feeds/add');
    const panel = page.getByRole('dialog', { name: 'Add feed' });
    await panel.getByRole('textbox', { name: 'Name' }).fill('Mill list');
    await panel.getByRole('textbox', { name: 'Provider' }).fill('Mill');
    await panel.getByRole('textbox', { name: 'Address' }).fill('https://feeds.example/list.txt');
    await panel.getByLabel('Format').selectOption('freetext');
    await panel.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('row', { name: /Mill list/ }).waitFor();
    const feeds = await world.magpie.admin.get('/feeds/index');
    expect(JSON.stringify(feeds.body)).toContain('https://feeds.example/list.txt');
    expect(problems).toEqual([]);
  });
});

describe('the REST client', () => {
  it('sends to this instance, keeps the query, and refuses any other place', async () => {
    const { page, problems } = await world.visit('/api/rest');
    const path = page.getByRole('textbox', { name: 'Path' });
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText(/Status 200/).waitFor();
    await page.getByRole('button', { name: 'GET /servers/getVersion', exact: true }).waitFor();
    await path.fill('//elsewhere.example/steal');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Give a path on this instance').waitFor();
    // `problems` would name a request to any other origin.
    expect(problems).toEqual([]);
  });
});

describe('the second factor', () => {
  it('is offered as a QR code that the page draws itself', async () => {
    const { page, problems } = await world.visit('/users/view/me');
    await page.getByRole('button', { name: 'Set up' }).click();
    await page.getByRole('img', { name: 'QR code for the authenticator' }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('the export page', () => {
  it('previews what a search finds in the chosen format', async () => {
    const { page, problems } = await world.visit('/events/export');
    await page.getByRole('switch', { name: 'Only published events' }).click();
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/Mill phishing, second wave/).waitFor();
    const events = await world.magpie.admin.post('/events/restSearch', { returnFormat: 'json' });
    expect(member(events.body, 'response')).toHaveLength(1);
    expect(problems).toEqual([]);
  });
});
