import { makeAttribute, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

let world: World;
let eventId: string;
let attributeId: string;

beforeAll(async () => {
  world = await openWorld();
  eventId = await addEvent(world.magpie, { info: 'Addressed', distribution: 1 });
  attributeId = (await makeAttribute(world.magpie.admin, eventId, { type: 'domain', value: 'mill.example' })).id;
});
afterAll(() => world.stop());

describe('MISP’s page addresses', () => {
  it.each([
    ['/', '/events/index'],
    ['/Events', '/events/index'],
    ['/sharingGroups', '/sharing_groups/index'],
    ['/users/admin_index', '/admin/users/index'],
    ['/authKeys/index', '/auth_keys/index'],
    ['/object_templates', '/objectTemplates/index'],
    ['/events/add', '/events/index?panel=new-event'],
    ['/events/upload_stix', '/events/index?panel=import'],
    ['/sharingGroupBlueprints/view/7', '/sharing_group_blueprints/index?open=7'],
  ])('%s opens its page', async (path, expected) => {
    const { page } = await world.visit('/tags/index');
    // The set-up of a fresh instance would open on the start page.
    await page.evaluate(`sessionStorage.setItem('magpie.firstStart.putOff', '1')`);
    await page.goto(world.magpie.url + path);
    await page.locator('main h1').first().waitFor();
    const url = new URL(page.url());
    expect([path, expected]).toContain(url.pathname + url.search);
  });

  it('open an event by its UUID and keep it in the address', async () => {
    const answer = await world.magpie.admin.get(`/events/view/${eventId}`);
    const uuid = String(member(answer.body, 'Event', 'uuid'));
    const { page } = await world.visit(`/events/view/${uuid}`);
    await page.getByRole('heading', { name: /Addressed/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/events/view/${uuid}`);
  });

  it('of an attribute lead to its event, with the row in focus', async () => {
    const { page } = await world.visit(`/attributes/view/${attributeId}`);
    await page.getByRole('row', { name: /mill\.example/ }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(new RegExp(`^/events/view/${eventId}/focus:`));
  });

  it('answer JSON to programs at the same address', async () => {
    const answer = await world.magpie.admin.get(`/events/view/${eventId}`);
    expect(member(answer.body, 'Event', 'info')).toBe('Addressed');
  });
});

describe('the command palette', () => {
  it('goes to a page, opens an event by its title, and looks up a value', async () => {
    const { page } = await world.visit('/tags/index');
    await page.getByRole('heading', { name: 'Tags', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog', { name: 'Command palette' });
    await palette.locator('input').fill('Addressed');
    await page
      .getByRole('option', { name: /Addressed/ })
      .first()
      .waitFor();
    await page.getByRole('option', { name: /^Addressed/ }).click();
    await page.getByRole('heading', { name: /Addressed/ }).waitFor();
    await page.keyboard.press('/');
    await palette.waitFor();
    await page.keyboard.type('mill.example');
    await page.getByRole('option', { name: /Search for the value/ }).click();
    await page.getByRole('row', { name: /mill\.example/ }).waitFor();
  });
});

describe('the first start', () => {
  it('leads from an empty instance to the events in five steps', async () => {
    const { page, problems } = await world.visit('/');
    await page.getByRole('heading', { name: 'Set up Magpie' }).waitFor();
    await page.getByRole('textbox', { name: 'Name' }).fill('Mill CERT');
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByText('Replace the password').waitFor();
    await page.getByRole('button', { name: 'Skip this step' }).click();
    await page.getByText('What new events start with.').waitFor();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByText('Vocabularies, templates and lists').waitFor();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByRole('button', { name: 'Go to the events' }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    await page.goto(`${world.magpie.url}/`);
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    const organisation = await world.magpie.admin.get('/organisations/view/1');
    expect(member(organisation.body, 'Organisation', 'name')).toBe('Mill CERT');
    expect(problems).toEqual([]);
  });
});
