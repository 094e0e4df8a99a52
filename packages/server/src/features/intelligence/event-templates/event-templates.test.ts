import { type ApiClient, makeOrganisation, member, startTestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let m: Awaited<ReturnType<typeof startTestMagpie>>;
let author: ApiClient;
let colleague: ApiClient;
let stranger: ApiClient;
const FILE = '688c46fb-5edb-40a3-8273-1af7923e2215';

beforeAll(async () => {
  m = await startTestMagpie();
  const [oak, elm] = [await makeOrganisation(m.admin), await makeOrganisation(m.admin)];
  author = await m.user(oak, '2');
  colleague = await m.user(oak, '3');
  stranger = await m.user(elm, '2');
  await m.magpie.database.asSystem('an object template', async (tx) => {
    const row = await tx.first<{ id: number }>(
      `insert into object_templates (uuid, name, meta_category, description, version, requirements, definition)
       values ($1, 'file', 'file', 'A file', 24, '{"requiredOneOf":["filename"]}', '{}') returning id`,
      [FILE],
    );
    for (const [relation, type] of [
      ['filename', 'filename'],
      ['md5', 'md5'],
    ]) {
      await tx.execute(
        `insert into object_template_elements (object_template_id, object_relation, type, ui_priority, multiple)
         values ($1, $2, $3, 1, false)`,
        [row?.id ?? 0, relation ?? '', type ?? ''],
      );
    }
  });
  await m.admin.post('/tags/add', { name: 'tlp:amber', colour: '#ffc000' });
  await m.admin.post('/tags/add', { name: 'tlp:red', colour: '#ff0000' });
});
afterAll(() => m.stop());

function definition(): Record<string, unknown> {
  return {
    schema_version: 1,
    uuid: crypto.randomUUID(),
    name: 'Phishing',
    event_defaults: {
      ...{ info_template: 'Phish — {{field:sender}} — {{date}}', distribution: 0, threat_level_id: 2, analysis: 0 },
      tags: [{ name: 'tlp:amber', locked: true }],
    },
    structure: [
      { type: 'section', id: 's1', label: 'Mail' },
      {
        ...{ type: 'attribute_field', id: 'sender', parent: 's1', label: 'Sender', mandatory: true },
        misp: { category: 'Payload delivery', type: 'email-src', to_ids_default: true, comment_template: 'From' },
      },
      {
        type: 'attribute_field',
        id: 'urls',
        label: 'URLs',
        repeatable: true,
        misp: { category: 'Network activity', type: 'url' },
      },
      {
        ...{ type: 'object_field', id: 'files', label: 'Files', repeatable: true },
        object_template: { uuid: FILE, name: 'file', minimum_version: 20 },
        relations: [{ object_relation: 'filename', mandatory: true }],
      },
      { type: 'object_reference', id: 'r1', from: 'files', to: 'sender', relationship_type: 'sent-by' },
      { type: 'tag_field', id: 'marking', label: 'TLP', restrict_taxonomies: ['tlp'] },
      { type: 'file_field', id: 'sample', label: 'Sample', as: 'attachment' },
      { type: 'text_block', id: 't1', content: 'Mind the headers.' },
    ],
  };
}

async function added(fields: Record<string, unknown> = {}): Promise<string> {
  const { status, body } = await author.post('/event_templates/add', { definition: definition(), ...fields });
  expect({ status, body }).toMatchObject({ status: 200 });
  return String(member(body, 'EventTemplate', 'id'));
}

describe('event templates', () => {
  it('make an event with attributes, objects, references, tags and files of what was filled in', async () => {
    const id = await added();
    const values = {
      sender: 'a@example.com',
      urls: ['http://a.example.com/1', 'http://a.example.com/2'],
      files: [{ filename: 'a.exe' }, { filename: 'b.exe', md5: 'd41d8cd98f00b204e9800998ecf8427e' }],
      marking: 'tlp:red',
      sample: { filename: 'mail.eml', data: 'aGVsbG8=' },
    };
    const made = await colleague.post(`/event_templates/instantiate/${id}`, { values });
    expect(made.status).toBe(200);
    const event = (await colleague.get(`/events/view/${member(made.body, 'event_id')}`)).body;
    expect(event).toMatchObject({
      Event: { uuid: member(made.body, 'event_uuid'), threat_level_id: '2', distribution: '0' },
    });
    expect(String(member(event, 'Event', 'info'))).toMatch(/^Phish — a@example\.com — \d{4}-\d\d-\d\d$/);
    const attributes = member(event, 'Event', 'Attribute') as { type: string; value: string; comment: string }[];
    expect(attributes.map(({ type }) => type).sort()).toEqual(['attachment', 'email-src', 'url', 'url']);
    const objects = member(event, 'Event', 'Object') as { name: string; ObjectReference: unknown[] }[];
    expect(objects).toHaveLength(2);
    expect(objects[0]).toMatchObject({ name: 'file', ObjectReference: [{ relationship_type: 'sent-by' }] });
    const tags = member(event, 'Event', 'Tag') as { name: string }[];
    expect(tags.map(({ name }) => name)).toEqual(['tlp:amber', 'tlp:red']);
  });

  it('make nothing when anything is wrong, and say what', async () => {
    const id = await added();
    const before = (await m.admin.get('/events/index')).body;
    const wrong = [
      [{}, { sender: expect.any(String) }],
      [{ sender: 'a@example.com', nothing: 1 }, { nothing: expect.any(String) }],
      [{ sender: ['a@example.com', 'b@example.com'] }, { sender: expect.any(String) }],
      [{ sender: 'a@example.com', marking: 'other:tag' }, { marking: expect.any(String) }],
      [{ sender: 'a@example.com', sample: { filename: 'x' } }, { sample: expect.any(String) }],
      [{ sender: 'a@example.com', files: { md5: 'x' } }, { 'files.filename': expect.any(String) }],
      [{ sender: 'no address' }, {}],
    ];
    for (const [values, errors] of wrong) {
      const { status, body } = await colleague.post(`/event_templates/instantiate/${id}`, { values });
      expect(status).toBe(403);
      expect(body).toMatchObject({ saved: false, errors });
    }
    expect((await m.admin.get('/events/index')).body).toEqual(before);
  });

  it('are refused when their definition breaks a rule', async () => {
    const good = definition();
    const broken = [
      { ...good, schema_version: 2 },
      {
        ...good,
        structure: [
          { type: 'section', id: 'a', label: 'A' },
          { type: 'section', id: 'a', label: 'B' },
        ],
      },
      {
        ...good,
        structure: [{ type: 'attribute_field', id: 'a', label: 'A', misp: { category: 'Other', type: 'url' } }],
      },
      { ...good, event_defaults: { info_template: '{{field:nothing}}' } },
      { ...good, structure: [{ type: 'object_reference', id: 'r', from: 'x', to: 'y', relationship_type: 'z' }] },
      {
        ...good,
        structure: [
          {
            ...{ type: 'object_field', id: 'o', label: 'O' },
            object_template: { uuid: FILE, name: 'file', minimum_version: 99 },
          },
        ],
      },
    ];
    for (const one of broken) {
      expect((await author.post('/event_templates/add', { definition: one })).status).toBe(403);
      const checked = await author.post('/event_templates/validate_definition', { definition: one });
      expect(checked.body).toMatchObject({ valid: false });
    }
    expect((await author.post('/event_templates/validate_definition', { definition: good })).body).toEqual({
      valid: true,
      errors: [],
    });
  });

  it('are seen by their organisation or by all, and changed by their organisation alone', async () => {
    const [own, shared] = [await added({ distribution: 0 }), await added({ distribution: 1 })];
    expect((await stranger.get(`/event_templates/view/${own}`)).status).toBe(404);
    expect((await stranger.get(`/event_templates/export/${own}`)).status).toBe(404);
    expect((await stranger.post(`/event_templates/instantiate/${own}`, {})).status).toBe(404);
    expect((await stranger.get(`/event_templates/view/${shared}`)).status).toBe(200);
    expect((await stranger.post(`/event_templates/edit/${shared}`, { name: 'x' })).status).toBe(403);
    expect((await stranger.post(`/event_templates/delete/${shared}`, {})).status).toBe(403);
    expect((await colleague.post(`/event_templates/edit/${own}`, { name: 'x' })).status).toBe(403);
    const listed = (await stranger.get('/event_templates/index')).body as { EventTemplate: { id: string } }[];
    expect(listed.map(({ EventTemplate }) => EventTemplate.id)).not.toContain(own);
    const edited = await author.post(`/event_templates/edit/${own}`, { name: 'Renamed', active: false });
    expect(edited.body).toMatchObject({ EventTemplate: { name: 'Renamed', active: false, version: '2' } });
    expect((await author.post(`/event_templates/delete/${own}`, {})).status).toBe(200);
    expect((await author.get(`/event_templates/view/${own}`)).status).toBe(404);
  });

  it('travel as files and meet one that is here as told', async () => {
    const id = await added();
    const file = (await author.get(`/event_templates/export/${id}`)).body;
    expect((await author.post('/event_templates/import', file)).status).toBe(403);
    const over = await author.post('/event_templates/import?mode=overwrite', file);
    expect(over.body).toMatchObject({ EventTemplate: { id } });
    const copy = await author.post('/event_templates/import?mode=duplicate_as_new', file);
    expect(member(copy.body, 'EventTemplate', 'id')).not.toBe(id);
    expect((await stranger.post('/event_templates/import?mode=overwrite', file)).status).toBe(404);
    const library = { ...definition(), misp_default: true, library_metadata: { tags: ['phishing'] } };
    const taken = await stranger.post('/event_templates/import', library);
    expect(taken.body).toMatchObject({ EventTemplate: { name: 'Phishing', misp_default: true } });
    const doubled = await stranger.post(`/event_templates/duplicate/${member(taken.body, 'EventTemplate', 'id')}`, {});
    expect(doubled.body).toMatchObject({ EventTemplate: { name: 'Phishing (copy)', misp_default: false } });
  });
});
