// biome-ignore-all lint/performance/useDomNodeTextContent: what is shown counts, not what is in the document
import { makeOrganisation, makeUser } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, type World } from './support.ts';

const password = 'Another-Horse-7-Battery';
let world: World;
let shared: string;
let secret: string;
let reader: { email: string; password: string };

beforeAll(async () => {
  world = await openWorld();
  const organisation = await makeOrganisation(world.magpie.admin, { name: 'Oak' });
  const user = await makeUser(world.magpie.admin, {
    org_id: organisation.id,
    role_id: '3',
    password,
    change_pw: false,
  });
  reader = { email: user.email, password };
  shared = await addEvent(world.magpie, {
    info: 'For all here',
    distribution: 1,
    Attribute: [{ type: 'ip-dst', category: 'Network activity', value: '192.0.2.1' }],
  });
  secret = await addEvent(world.magpie, { info: 'For us', distribution: 0 });
});
afterAll(() => world.stop());

describe('somebody of another organisation', () => {
  it('sees only what is shared, and may not change it, with the reason told', async () => {
    const { page } = await world.visit('/events/index', reader);
    await page.getByRole('link', { name: 'For all here' }).waitFor();
    expect(await page.getByRole('link', { name: 'For us' }).count()).toBe(0);
    await page.getByRole('link', { name: 'For all here' }).click();
    // Attributes can be proposed; objects cannot.
    await page.getByRole('button', { name: 'Propose attribute' }).waitFor();
    const add = page.getByRole('button', { name: 'Add object' });
    expect(await add.isDisabled()).toBe(true);
    expect(await add.getAttribute('title')).toContain('Only the organisation that created');
    expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true);
  });

  it('is told the same of a hidden event as of one that does not exist', async () => {
    const { page } = await world.visit(`/events/view/${secret}`, reader);
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    const hidden = await page.locator('main').innerText();
    await page.goto(`${world.magpie.url}/events/view/99999999`);
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    expect(await page.locator('main').innerText()).toBe(hidden);
  });

  it('finds administration closed, with the right that is missing', async () => {
    const { page } = await world.visit('/admin/users/index', reader);
    await page.getByRole('heading', { name: 'Not allowed' }).waitFor();
    await page.getByText('perm_admin').waitFor();
    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    expect(shared).not.toBe('');
    // What may not be opened is not asked for either.
    const refused: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(response.url());
    });
    for (const path of ['/admin/users/index', '/communities/index', '/events/restoreDeletedEvents']) {
      await page.goto(world.magpie.url + path);
      await page.getByRole('heading', { name: 'Not allowed' }).waitFor();
    }
    expect(refused).toEqual([]);
  });
});

describe('an administrator', () => {
  it('adds a user whose password is shown once', async () => {
    const { page, problems } = await world.visit('/admin/users/add');
    await page.getByRole('textbox', { name: 'E-mail' }).fill('new.colleague@example.test');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Shown this once.').waitFor();
    expect((await page.getByTestId('secret').innerText()).length).toBe(20);
    await page.goto(`${world.magpie.url}/admin/users`);
    await page.getByRole('link', { name: 'new.colleague@example.test' }).waitFor();
    expect(problems).toEqual([]);
  });

  it('makes a key that is shown once and works, and deletes it', async () => {
    const { page } = await world.visit('/auth_keys/add');
    const panel = page.getByRole('dialog', { name: 'New auth key' });
    await panel.getByRole('textbox', { name: 'Comment' }).fill('Sensor');
    await panel.getByRole('button', { name: 'Create key' }).click();
    const key = await panel.getByTestId('secret').innerText();
    const answer = await world.magpie.client(key).get('/users/view/me');
    expect(answer.status).toBe(200);
    await panel.getByRole('button', { name: 'I have kept the key' }).click();
    const row = page.getByRole('row', { name: /Sensor/ });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await row.waitFor({ state: 'detached' });
    expect((await world.magpie.client(key).get('/users/view/me')).status).toBe(403);
  });

  it('adds an organisation and sees the server’s reason when its name is taken', async () => {
    const { page } = await world.visit('/admin/organisations/add');
    await page.getByRole('textbox', { name: 'Name' }).fill('Oak');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('main [aria-invalid=true], main [role=alert]').first().waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Oak');
    await page.getByRole('textbox', { name: 'Name' }).fill('Elm');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Elm' }).waitFor();
  });
});
