import { type ApiClient, makeEvent, makeOrganisation, member, startTestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: Awaited<ReturnType<typeof startTestMagpie>>;
let owner: ApiClient;
let other: ApiClient;

beforeAll(async () => {
  m = await startTestMagpie();
  const [oak, elm] = [await makeOrganisation(m.admin), await makeOrganisation(m.admin)];
  owner = await m.user(oak, '2');
  other = await m.user(elm, '2');
});
afterAll(() => m.stop());

async function report(content: string, event: Record<string, unknown> = {}): Promise<{ id: string; eventId: string }> {
  const made = await makeEvent(owner, event);
  const fields = { name: 'A report', content, distribution: '5' };
  const added = await owner.post(`/event_reports/add/${made.id}`, fields);
  return { id: String(member(added.body, 'EventReport', 'id')), eventId: made.id };
}

const attributesOf = async (eventId: string) => member((await owner.get(`/events/view/${eventId}`)).body, 'Event');

describe('extraction from reports', () => {
  it('offers what is new and links what the event has, without storing anything', async () => {
    const known = { uuid: crypto.randomUUID(), type: 'ip-dst', value: '198.51.100.7' };
    const { id, eventId } = await report('From 198.51.100.7 to hxxp://evil.example.com/a.', { Attribute: [known] });
    const { status, body } = await owner.get(`/event_reports/extractFromReport/${id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      complexTypeToolResult: [{ default_type: 'url', value: 'http://evil.example.com/a' }],
      replacementValues: [{ value: '198.51.100.7', attribute_uuid: known.uuid }],
      replacementResult: {
        contentWithReplacements: `From @[attribute](${known.uuid}) to hxxp://evil.example.com/a.`,
      },
      typeToCategoryMapping: { url: expect.arrayContaining(['Network activity']) },
    });
    expect(await attributesOf(eventId)).toMatchObject({ Attribute: [{ value: '198.51.100.7' }] });
  });

  it('looks through what is bold, code or a link', async () => {
    const { id } = await report('**evil[.]com**, `203.0.113.77` and [x[.]evil[.]net](https://news.example.com/a)');
    const { body } = await owner.get(`/event_reports/extractFromReport/${id}`);
    const found = member(body, 'complexTypeToolResult');
    const values = Array.isArray(found) ? found.map(({ value }) => value) : [];
    expect(values).toEqual(['evil.com', '203.0.113.77', 'x.evil.net', 'https://news.example.com/a']);
  });

  it('adds everything, links the text, tags the event when asked, and does nothing the second time', async () => {
    await m.admin.post('/tags/add', { name: 'campaign:oak', colour: '#336699' });
    const { id, eventId } = await report('campaign:oak used 203.0.113.9 and 203.0.113.9 again.');
    const { body } = await owner.post(`/event_reports/extractAllFromReport/${id}`, { EventReport: { tag_event: 1 } });
    const event = await attributesOf(eventId);
    expect(event).toMatchObject({ Attribute: [{ value: '203.0.113.9' }], Tag: [{ name: 'campaign:oak' }] });
    const uuid = member(event, 'Attribute', '0', 'uuid');
    const content = `@[tag](campaign:oak) used @[attribute](${uuid}) and @[attribute](${uuid}) again.`;
    expect(body).toMatchObject({ report: { EventReport: { content } }, attributes_added: 1, tags: ['campaign:oak'] });
    const again = await owner.post(`/event_reports/extractAllFromReport/${id}`, {});
    expect(again.body).toMatchObject({ report: { EventReport: { content } }, attributes_added: 0 });
  });

  it('takes a suggestion as the type that was chosen', async () => {
    const { id, eventId } = await report('Seen @[suggestion](192.0.2.8) there.');
    const suggestions = { '192.0.2.8': { type: 'ip-src', category: 'Network activity', to_ids: false } };
    const { body } = await owner.post(`/event_reports/replaceSuggestionInReport/${id}`, { suggestions });
    const event = await attributesOf(eventId);
    expect(event).toMatchObject({ Attribute: [{ type: 'ip-src', to_ids: false }] });
    const content = `Seen @[attribute](${member(event, 'Attribute', '0', 'uuid')}) there.`;
    expect(body).toMatchObject({ report: { EventReport: { content } } });
  });

  it('shows a foreign reader nothing to change, and nothing at all of a hidden report', async () => {
    const shown = await report('192.0.2.9', { distribution: '1' });
    const hidden = await report('192.0.2.9', { distribution: '0' });
    for (const action of ['extractAllFromReport', 'replaceSuggestionInReport']) {
      const body = { suggestions: {} };
      expect((await other.post(`/event_reports/${action}/${shown.id}`, body)).status).toBe(401);
      expect((await other.post(`/event_reports/${action}/${hidden.id}`, body)).status).toBe(404);
    }
    for (const action of ['extractFromReport', 'getProxyMISPElements', 'versions']) {
      expect((await other.get(`/event_reports/${action}/${shown.id}`)).status).toBe(200);
      expect((await other.get(`/event_reports/${action}/${hidden.id}`)).status).toBe(404);
    }
  });
});

describe('what a report refers to', () => {
  it('is given by uuid and name, without what the reader may not see', async () => {
    const [seen, secret] = [crypto.randomUUID(), crypto.randomUUID()];
    const { id } = await report(`@[attribute](${seen}) @[attribute](${secret}) @[tag](ref:one)`, {
      distribution: '1',
      Tag: [{ name: 'ref:one' }],
      Attribute: [
        { uuid: seen, type: 'text', value: 'seen', distribution: '5' },
        { uuid: secret, type: 'text', value: 'secret', distribution: '0' },
      ],
    });
    const own = await owner.get(`/event_reports/getProxyMISPElements/${id}`);
    expect(own.body).toMatchObject({
      attribute: { [seen]: { value: 'seen', AttributeTag: [] }, [secret]: { value: 'secret' } },
      object: {},
      objectTemplates: {},
      galaxymatrix: {},
      tagname: { 'ref:one': { name: 'ref:one' } },
    });
    const foreign = await other.get(`/event_reports/getProxyMISPElements/${id}`);
    expect(Object.keys(Object(member(foreign.body, 'attribute')))).toEqual([seen]);
  });
});

describe('reports of events and pages', () => {
  it('tells what an event holds in references', async () => {
    const uuid = crypto.randomUUID();
    const event = await makeEvent(owner, { info: 'A *case*', Attribute: [{ uuid, type: 'text', value: 'x' }] });
    const { status, body } = await owner.post(`/event_reports/reportFromEvent/${event.id}`, { filters: {} });
    expect(status).toBe(200);
    const content = String(member(body, 'EventReport', 'content'));
    expect(content).toContain('# A \\*case\\*');
    expect(content).toContain(`- @[attribute](${uuid})`);
    expect((await other.post(`/event_reports/reportFromEvent/${event.id}`, {})).status).toBe(403);
  });

  it('refuses pages of private networks, and those for events of others', async () => {
    const event = await makeEvent(owner);
    const url = `${m.magpie.config.baseUrl}/`;
    const refused = await owner.post(`/event_reports/importReportFromUrl/${event.id}`, { url: 'http://127.0.0.1:9/' });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ saved: false, errors: expect.stringContaining('could not be fetched') });
    expect((await other.post(`/event_reports/importReportFromUrl/${event.id}`, { url })).status).toBe(403);
  });
});

describe('tags on reports', () => {
  it('come and go with the report and are searched by nobody who does not see it', async () => {
    const { id, eventId } = await report('x', { distribution: '0' });
    await owner.post('/tags/add', { name: 'report:one', colour: '#111111' });
    expect((await owner.post(`/event_reports/addTag/${id}`, { tag: 'report:one' })).body).toMatchObject({
      saved: true,
    });
    const body = { EventReport: { name: 'A report', EventReportTag: [{ Tag: { name: 'report:two' } }] } };
    await owner.post(`/event_reports/edit/${id}`, body);
    const viewed = await owner.get(`/event_reports/view/${id}`);
    expect(viewed.body).toMatchObject({ EventReport: { Tag: [{ name: 'report:one' }, { name: 'report:two' }] } });
    expect((await other.post(`/event_reports/addTag/${id}`, { tag: 'report:one' })).status).toBe(404);
    const tagId = member(viewed.body, 'EventReport', 'Tag', '0', 'id');
    await owner.post(`/event_reports/removeTag/${id}/${tagId}`, {});
    const event = await owner.get(`/events/view/${eventId}`);
    expect(event.body).toMatchObject({ Event: { EventReport: [{ Tag: [{ name: 'report:two' }] }] } });
  });
});

describe('variables of reports', () => {
  it('are read by everyone and written by site administrators', async () => {
    const fields = { name: 'contact', value: 'soc@example.com' };
    expect((await owner.post('/event_report_template_variables/add', fields)).status).toBe(403);
    const added = await m.admin.post('/eventReportTemplateVariables/add', fields);
    expect(added.body).toMatchObject({ EventReportTemplateVariable: fields });
    expect((await m.admin.post('/event_report_template_variables/add', fields)).status).toBe(403);
    const id = member(added.body, 'EventReportTemplateVariable', 'id');
    await m.admin.post(`/event_report_template_variables/edit/${id}`, { value: 'cert@example.com' });
    expect((await other.get('/event_report_template_variables/index')).body).toMatchObject([
      { EventReportTemplateVariable: { name: 'contact', value: 'cert@example.com' } },
    ]);
    await m.admin.post(`/event_report_template_variables/delete/${id}`, {});
    expect((await other.get('/event_report_template_variables/index')).body).toEqual([]);
  });
});
