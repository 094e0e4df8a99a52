import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, signIn, type World } from './support.ts';

let world: World;
let eventId: string;

beforeAll(async () => {
  world = await openWorld();
  await addEvent(world.magpie, {
    info: 'Phishing against mills',
    distribution: 1,
    threat_level_id: 2,
    date: '2026-01-05',
  });
  eventId = await addEvent(world.magpie, {
    info: 'Loader wave',
    distribution: 0,
    threat_level_id: 1,
    date: '2026-02-06',
    Tag: [{ name: 'tlp:green', colour: '#33FF00' }],
    Attribute: [{ type: 'ip-dst', category: 'Network activity', value: '192.0.2.7', to_ids: false }],
  });
});
afterAll(() => world.stop());

describe('signing in and out', () => {
  it('brings one back to the filtered page that was asked for', async () => {
    const { page, problems } = await world.visit('/events/index/searcheventinfo:mills/sort:date/direction:asc', {
      form: true,
    });
    await page.getByRole('link', { name: 'Phishing against mills' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/events/index/searcheventinfo:mills/sort:date/direction:asc');
    expect(await page.getByRole('link', { name: 'Loader wave' }).count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('ends the session from the account menu', async () => {
    const { page } = await world.visit('/events/index');
    await page.getByRole('button', { name: /^Account:/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/users/login**');
    await page.goto(`${world.magpie.url}/events/index`);
    expect(new URL(page.url()).pathname).toBe('/users/login');
  });

  it('sends one to the form when the session has ended, and back', async () => {
    const { page } = await world.visit('/events/index');
    await page.getByRole('link', { name: 'Loader wave' }).waitFor();
    await page.context().clearCookies();
    // Without the pointer over it, which reads ahead and may lead to the form from the list.
    await page.getByRole('link', { name: 'Loader wave' }).dispatchEvent('click');
    // The page reads several things, each of which may lead there; the form counts, not the first way to it.
    await page.locator('#password').waitFor();
    await signIn(page, world.magpie.adminEmail, world.magpie.adminPassword);
    await page.getByRole('heading', { name: /Loader wave/ }).waitFor();
  });
});

describe('the event list', () => {
  it('filters by tokens, keeps them in the address as MISP writes them, and goes back', async () => {
    const { page } = await world.visit('/events/index');
    const filter = page.getByRole('combobox', { name: 'Filter events' });
    await filter.fill('threat:High');
    await filter.press('Enter');
    await page.waitForURL('**/events/index/searchthreatlevel:1');
    await page.getByText('1 event', { exact: true }).waitFor();
    await filter.fill('-tag:tlp:green');
    await filter.press('Enter');
    await page.getByRole('heading', { name: 'No event matches' }).waitFor();
    expect(decodeURIComponent(new URL(page.url()).pathname)).toContain('searchtag:!tlp;green');
    await page.goBack();
    await page.getByRole('link', { name: 'Loader wave' }).waitFor();
  });

  it('says so when a field does not exist', async () => {
    const { page } = await world.visit('/events/index');
    const filter = page.getByRole('combobox', { name: 'Filter events' });
    await filter.fill('colour:red');
    await filter.press('Enter');
    await page.getByRole('alert').getByText('There is no field “colour”').waitFor();
  });

  it('is worked by keyboard alone', async () => {
    const { page } = await world.visit('/events/index/sort:date/direction:desc');
    await page.getByRole('link', { name: 'Loader wave' }).waitFor();
    await page.getByRole('grid').focus();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('1 selected').waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Phishing against mills/ }).waitFor();
  });

  it('counts the events that are related to each, and leads to them', async () => {
    const shared = [{ type: 'domain', value: 'shared-by-two.example' }];
    const first = await addEvent(world.magpie, { info: 'One of two', Attribute: shared });
    await addEvent(world.magpie, { info: 'The other of two', Attribute: shared });
    const { page, problems } = await world.visit('/events/index/searcheventinfo:two');
    await page.setViewportSize({ width: 1700, height: 900 });
    await page
      .getByRole('row', { name: /One of two/ })
      .getByRole('link', { name: '1 event' })
      .click();
    await page.waitForURL(`**/events/view/${first}#related`);
    expect(problems).toEqual([]);
  });

  it('makes an event with the key n and opens it', async () => {
    const { page, problems } = await world.visit('/events/index');
    await page.getByRole('link', { name: 'Loader wave' }).waitFor();
    await page.keyboard.press('n');
    const panel = page.getByRole('dialog', { name: 'New event' });
    await panel.getByRole('button', { name: 'Save', exact: true }).click();
    await panel.getByText('This is needed').waitFor();
    await panel.getByRole('textbox', { name: 'Title' }).fill('Made in the browser');
    await panel.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: /Made in the browser/ }).waitFor();
    expect(problems).toEqual([]);
  });
});

describe('the event page', () => {
  it('changes the title in place', async () => {
    const { page } = await world.visit(`/events/view/${eventId}`);
    await page.getByRole('button', { name: /Change Title/ }).click();
    await page.getByRole('textbox', { name: 'Title', exact: true }).fill('Loader wave, second look');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: /second look/ }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: /second look/ }).waitFor();
  });

  it('refuses a bad value next to its field, keeps it, and adds the corrected one', async () => {
    const { page, problems } = await world.visit(`/events/view/${eventId}`);
    await page.getByRole('button', { name: 'Add attribute' }).first().click();
    const value = page.getByRole('textbox', { name: 'Value', exact: true });
    await value.fill('192.0.2.999');
    await page.getByRole('button', { name: 'Add attribute' }).last().click();
    await page.getByText('IP address has an invalid format.').waitFor();
    expect(await value.inputValue()).toBe('192.0.2.999');
    await value.fill('198.51.100.9');
    await page.getByRole('button', { name: 'Add attribute' }).last().click();
    await page.getByRole('row', { name: /198\.51\.100\.9/ }).waitFor();
    expect(problems).toEqual([]);
  });

  it('shows the server’s refusal at the field and keeps what was typed', async () => {
    const { page } = await world.visit(`/events/view/${eventId}?panel=add-attribute`);
    await page.getByRole('textbox', { name: 'Value', exact: true }).fill('192.0.2.7');
    await page.getByRole('button', { name: 'Add attribute' }).last().click();
    await page.getByText('A similar attribute already exists for this event.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Value', exact: true }).inputValue()).toBe('192.0.2.7');
  });

  it('edits a row in place, switches detection, tags it', async () => {
    const { page } = await world.visit(`/events/view/${eventId}`);
    const row = page.getByRole('row', { name: /192\.0\.2\.7/ });
    await row.waitFor();
    await row.getByRole('button', { name: 'For detection (IDS)' }).click();
    await row.locator('button[aria-pressed="true"]').waitFor();
    await row.dblclick();
    await page.getByRole('textbox', { name: 'Comment', exact: true }).fill('Command and control');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await row.getByText('Command and control').waitFor();
    await row.getByRole('button', { name: 'Tags' }).click();
    await page.getByRole('button', { name: 'Add tag' }).last().click();
    await page.getByRole('option', { name: /green/i }).click();
    await row.getByText('TLP:GREEN').waitFor();
    await page.reload();
    await row.getByText('TLP:GREEN').waitFor();
    await row.getByText('Command and control').waitFor();
  });

  it('names the audience before it publishes', async () => {
    const { page } = await world.visit(`/events/view/${eventId}`);
    await page.getByRole('button', { name: 'Publish' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Only your organisation can read it.').waitFor();
    await dialog.getByRole('button', { name: 'Publish' }).click();
    await page.getByRole('button', { name: 'Unpublish' }).waitFor();
  });

  it('deletes an attribute of a published event at once and brings it back', async () => {
    const { page } = await world.visit(`/events/view/${eventId}`);
    const row = page.getByRole('row', { name: /198\.51\.100\.9/ });
    await row.waitFor();
    await row.hover();
    await row.getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
  });
});
