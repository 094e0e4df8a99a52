import type { JsonObject } from '../../../http/lenient.ts';
import { definitionErrors } from '../../intelligence/event-templates/definition.ts';
import { parseFile, requireText, requireUuid, textOf } from './fields.ts';
import type { LibraryImport, Notice } from './library-import.ts';

interface Template {
  uuid: string;
  name: string;
  description: string;
  definition: JsonObject;
}

/**
 * Event templates: `templates/<name>/definition.json`. They are for everybody here and belong to the organisation that
 * runs the instance; one that differs from what is stored gets a new version. What users switched off stays off.
 */
export const eventTemplateImport: LibraryImport<Template> = {
  read(_path, bytes) {
    const definition = parseFile(bytes);
    const uuid = requireUuid(definition);
    const name = requireText(definition, 'name').slice(0, 255);
    return { item: uuid, parsed: { uuid, name, description: textOf(definition, 'description'), definition } };
  },

  async write(tx, items, { force, hostOrganisationId }) {
    const notices: Notice[] = [];
    let updated = 0;
    for (const { path, parsed } of items) {
      const errors = await definitionErrors(tx, parsed.definition);
      if (errors.length > 0) {
        notices.push({ path, reason: errors.slice(0, 3).join('; ') });
        continue;
      }
      updated += await tx.execute(
        `insert into event_templates as t (uuid, name, description, org_id, creator_user_id, distribution, misp_default,
           definition)
         values ($1, $2, $3, $4, 0, 1, true, $5::jsonb)
         on conflict (uuid) do update set name = excluded.name, description = excluded.description,
           definition = excluded.definition, version = t.version + 1, modified = now()
         where t.misp_default and (t.definition <> excluded.definition or $6)`,
        [parsed.uuid, parsed.name, parsed.description, hostOrganisationId, JSON.stringify(parsed.definition), force],
      );
    }
    return { updated, notices };
  },
};
