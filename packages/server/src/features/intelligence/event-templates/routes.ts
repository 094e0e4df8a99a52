import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { attachment, json, success } from '../../../http/answer.ts';
import { isObject, readBoolean, readId, readInteger, unwrap } from '../../../http/lenient.ts';
import type { Call, MemberOperation, Operation } from '../../../http/operation.ts';
import { databaseTime } from '../../administration/database-time.ts';
import { elementsOf, readDependency } from './definition.ts';
import { libraryOperations } from './library-routes.ts';
import * as service from './service.ts';

const PAGE = 60;
const MAX_PAGE = 500;

const anyObject = Type.Object({}, { additionalProperties: true });
const fields = Type.Object({
  name: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  distribution: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  active: Type.Optional(Type.Unknown()),
  definition: Type.Optional(Type.Unknown({ description: 'The form, in the format of MISP’s event templates' })),
});
const response = Type.Object({ EventTemplate: anyObject });

/** Event templates: forms that make events, in the format and with the routes of MISP's second version of them. */
export function eventTemplateOperations(magpie: Magpie): Operation[] {
  return [...reading(magpie), ...writing(magpie), ...using(magpie), ...libraryOperations(magpie)];
}

function reading(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_templates.index',
      summary: 'Lists the event templates of the own organisation and those for everyone',
      path: '/event_templates/index',
      aliases: [{ path: '/event_templates', methods: ['GET'] }],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      response: Type.Array(response),
      handle: async (call) => {
        const limit = Math.min(readId(given(call, 'limit')) ?? PAGE, MAX_PAGE);
        const text = given(call, 'q') ?? given(call, 'searchall');
        const filter = {
          active: readBoolean(given(call, 'active')) ?? null,
          organisationId: readId(given(call, 'org_id')),
          text: typeof text === 'string' && text !== '' ? text : null,
        };
        const offset = limit * ((readId(given(call, 'page')) ?? 1) - 1);
        const rows = await service.listTemplates(magpie, call.viewer, filter, { limit, offset });
        return json(rows.map((row) => ({ EventTemplate: envelope(row) })));
      },
    },
    {
      name: 'event_templates.view',
      summary: 'Shows one event template with its definition',
      path: '/event_templates/view/{template}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      response,
      handle: async ({ viewer, args }) => json(wire(await service.getTemplate(magpie, viewer, args.template))),
    },
    {
      name: 'event_templates.export',
      summary: 'An event template as a file to import elsewhere',
      path: '/event_templates/export/{template}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const row = await service.getTemplate(magpie, viewer, args.template);
        const { uuid, name, description, version, distribution, active, definition } = row;
        const document = {
          _meta: {
            exported_at: new Date(magpie.now() * 1000).toISOString(),
            event_template_schema_version: readInteger(definition.schema_version) ?? 1,
          },
          template: { uuid, name, description, version, distribution, active, definition },
        };
        const bytes = Buffer.from(JSON.stringify(document, null, 2));
        return attachment(bytes, `event-template-${uuid}.json`, 'application/json');
      },
    },
    {
      name: 'event_templates.validate_definition',
      summary: 'Says what is wrong with a definition, without storing it',
      path: '/event_templates/validate_definition',
      methods: ['POST'],
      permission: 'perm_template',
      effect: 'read',
      body: fields,
      response: Type.Object({ valid: Type.Boolean(), errors: Type.Array(Type.String()) }),
      handle: async ({ viewer, body }) => {
        const sent = unwrap(body, 'EventTemplate');
        const errors = await service.validateDefinition(magpie, viewer, sent.definition ?? sent);
        return json({ valid: errors.length === 0, errors });
      },
    },
  ];
}

function writing(magpie: Magpie): MemberOperation[] {
  const common: Pick<MemberOperation, 'permission' | 'effect' | 'model' | 'response'> = {
    permission: 'perm_template',
    effect: 'write',
    model: 'EventTemplate',
    response,
  };
  return [
    {
      ...common,
      name: 'event_templates.add',
      summary: 'Adds an event template',
      path: '/event_templates/add',
      methods: ['POST', 'PUT'],
      body: fields,
      describe: {
        description: 'POST a definition in the format of MISP’s event templates.',
        mandatory: ['definition'],
        optional: ['name', 'description', 'distribution', 'active'],
      },
      handle: async ({ viewer, body }) =>
        json(wire(await service.addTemplate(magpie, viewer, unwrap(body, 'EventTemplate')))),
    },
    {
      ...common,
      name: 'event_templates.edit',
      summary: 'Changes an event template; its version grows',
      path: '/event_templates/edit/{template}',
      methods: ['POST', 'PUT'],
      body: fields,
      handle: async ({ viewer, args, body }) =>
        json(wire(await service.editTemplate(magpie, viewer, args.template, unwrap(body, 'EventTemplate')))),
    },
    {
      ...common,
      name: 'event_templates.delete',
      summary: 'Deletes an event template; events made of it stay',
      path: '/event_templates/delete/{template}',
      methods: ['POST', 'DELETE'],
      response: anyObject,
      handle: async ({ viewer, args }) => {
        const id = await service.deleteTemplate(magpie, viewer, args.template);
        return success('Event template deleted.', { id: String(id) });
      },
    },
    {
      ...common,
      name: 'event_templates.duplicate',
      summary: 'Copies an event template into the own organisation',
      path: '/event_templates/duplicate/{template}',
      methods: ['POST'],
      handle: async ({ viewer, args }) => json(wire(await service.duplicateTemplate(magpie, viewer, args.template))),
    },
    {
      ...common,
      name: 'event_templates.import',
      summary: 'Takes an exported event template or a file of MISP’s library',
      path: '/event_templates/import',
      methods: ['POST'],
      body: anyObject,
      handle: async (call) => {
        const mode = given(call, 'mode');
        const wanted = mode === 'overwrite' || mode === 'duplicate_as_new' ? mode : 'fail';
        const document = isObject(call.body) ? call.body : {};
        return json(wire(await service.importTemplate(magpie, call.viewer, document, wanted)));
      },
    },
  ];
}

function using(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_templates.instantiate',
      summary: 'Makes an event of a template and what was filled in, all or nothing',
      path: '/event_templates/instantiate/{template}',
      methods: ['POST'],
      permission: 'perm_add',
      effect: 'write',
      model: 'EventTemplate',
      body: Type.Object({
        values: Type.Optional(Type.Unknown({ description: 'What was filled in, by id of element' })),
        event: Type.Optional(Type.Unknown({ description: 'Fields of the event that differ from the template’s' })),
      }),
      response: Type.Object({ event_id: Type.String(), event_uuid: Type.String() }),
      handle: async ({ viewer, args, body }) => {
        const sent = unwrap(body, 'EventTemplate');
        const values = isObject(sent.values) ? sent.values : {};
        const event = sent.event ?? sent.event_overrides;
        const overrides = isObject(event) ? event : {};
        const { id, uuid } = await service.instantiate(magpie, viewer, args.template, { values, overrides });
        return json({ event_id: String(id), event_uuid: uuid });
      },
    },
  ];
}

function given({ named, query, body }: Call, name: string): unknown {
  return named[name] ?? query.get(name) ?? (isObject(body) ? body[name] : undefined);
}

function envelope(row: service.EventTemplateRow): Record<string, unknown> {
  return {
    id: String(row.id),
    uuid: row.uuid,
    name: row.name,
    description: row.description,
    org_id: String(row.org_id),
    creator_user_id: String(row.creator_user_id),
    distribution: String(row.distribution),
    active: row.active,
    misp_default: row.misp_default,
    exposed: row.exposed,
    version: String(row.version),
    created: databaseTime(row.created),
    modified: databaseTime(row.modified),
  };
}

/** With the definition, and the object templates that it needs. */
function wire(row: service.EventTemplateRow): Record<string, unknown> {
  const needed = elementsOf(row.definition).flatMap(({ type, body }) =>
    type === 'object_field' ? (readDependency(body) ?? []) : [],
  );
  return {
    EventTemplate: { ...envelope(row), definition: row.definition },
    EventTemplateObjectDependency: needed.map(({ uuid, name, version }) => ({
      event_template_id: String(row.id),
      object_template_uuid: uuid,
      object_template_name: name,
      pinned_version: String(version),
    })),
  };
}
