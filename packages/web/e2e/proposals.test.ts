import { makeOrganisation, makeUser, member } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEvent, openWorld, signIn, type World } from './support.ts';

const password = 'Another-Horse-7-Battery';
let world: World;
let id: string;
let partner: { email: string; password: string };
let oak: string;

beforeAll(async () => {
  world = await openWorld();
  const organisation = await makeOrganisation(world.magpie.admin, { name: 'Oak' });
  oak = organisation.id;
  const user = await makeUser(world.magpie.admin, {
    org_id: organisation.id,
    role_id: '3',
    password,
    change_pw: false,
  });
  partner = { email: user.email, password };
  id = await addEvent(world.magpie, {
    info: 'Proposed to',
    distribution: 1,
    Attribute: [{ type: 'domain', value: 'seen.example', comment: 'as it was' }],
  });
}, 120_000);
afterAll(() => world?.stop());

describe('a change that somebody else proposes', () => {
  it('is marked in the row, compared, accepted, and set back from the history', async () => {
    const theirs = await world.visit(`/events/view/${id}`, partner);
    const row = theirs.page.getByRole('row', { name: /seen\.example/ });
    await row.hover();
    await row.getByRole('button', { name: 'Propose a change' }).click();
    const comment = theirs.page.getByRole('textbox', { name: 'Comment' });
    await comment.fill('as it should be');
    await comment.press('Control+Enter');
    await row.getByRole('link', { name: '1 proposal waits' }).waitFor();
    await theirs.page.goto(`${world.magpie.url}/shadow_attributes/index`);
    const listed = theirs.page.getByRole('row', { name: /as it should be/ });
    const accept = listed.getByRole('button', { name: 'Accept' });
    // Whoever proposes may take it back, but not accept it.
    await expect.poll(() => accept.isDisabled()).toBe(true);
    expect(await accept.getAttribute('title')).toBe('Only the organisation that created the event can change it.');
    expect(await listed.getByRole('button', { name: 'Discard' }).isEnabled()).toBe(true);

    const { page, problems } = await world.visit(`/events/view/${id}`);
    const ours = page.getByRole('row', { name: /seen\.example/ });
    await ours.getByRole('link', { name: '1 proposal waits' }).click();
    await page.getByText('− as it was').waitFor();
    await page
      .getByRole('row', { name: /as it should be/ })
      .getByRole('button', { name: 'Accept' })
      .click();
    await page.getByText('Nothing to review').waitFor();

    const views = page.getByRole('navigation', { name: 'Views of the event' });
    await views.getByRole('link', { name: 'Data' }).click();
    await ours.getByText('as it should be').waitFor();
    await expect.poll(() => ours.getByRole('link', { name: /proposal/ }).count()).toBe(0);
    await views.getByRole('link', { name: 'History' }).click();
    const added = page.getByRole('listitem').filter({ hasText: 'added Attribute' }).last();
    await added.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await views.getByRole('link', { name: 'Data' }).click();
    await ours.getByText('as it was').waitFor();
    expect(problems).toEqual([]);
  }, 60_000);

  it('is reached by a link straight to the tab, past the sign-in', async () => {
    const { page } = await world.visit(`/events/view/${id}#proposals`);
    await page.getByText('Nothing to review').waitFor();
    await page.context().clearCookies();
    await page.goto(`${world.magpie.url}/events/view/${id}#history`);
    await page.reload();
    await signIn(page, world.magpie.adminEmail, world.magpie.adminPassword);
    await page.getByRole('list').filter({ hasText: 'added Attribute' }).first().waitFor();
  }, 30_000);
});

describe('a request to publish an event for another organisation', () => {
  it('is read whole and accepted from its panel', async () => {
    const { admin } = world.magpie;
    await admin.post('/servers/serverSettingsEdit/MISP.delegation', { value: true });
    const event = await addEvent(world.magpie, { info: 'Not ours', distribution: 0 });
    const message = `Please publish it for us. ${'We may not be named. '.repeat(10)}`.trim();
    await admin.post(`/event_delegations/delegateEvent/${event}`, { org_id: oak, distribution: '1', message });
    const { page, problems } = await world.visit('/event_delegations/index', partner);
    await page.getByRole('button', { name: 'Please publish it for us.' }).click();
    const panel = page.getByRole('dialog', { name: 'Not ours' });
    await panel.getByText(message).waitFor();
    await panel.getByText('This instance').waitFor();
    await panel.getByRole('button', { name: 'Accept' }).click();
    await page.getByText('The event is yours now').waitFor();
    await page.getByText('No request').waitFor();
    expect(problems).toEqual([]);
  });
});

describe('analyst data about a report', () => {
  it('leads to it by its name', async () => {
    const { admin } = world.magpie;
    const report = await admin.post(`/eventReports/add/${id}`, { name: 'What was seen', content: '' });
    const uuid = String(member(report.body, 'EventReport', 'uuid'));
    await admin.post(`/analystData/add/Note/${uuid}/EventReport`, { note: 'Checked.', distribution: '1' });
    const { page } = await world.visit('/analyst_data/index');
    await page.getByRole('link', { name: 'What was seen' }).click();
    await page.getByRole('heading', { name: 'What was seen' }).waitFor();
  });
});
