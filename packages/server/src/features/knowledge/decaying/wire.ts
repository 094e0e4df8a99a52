import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { DecayingModelRow } from './queries.ts';

type Wire = Record<string, unknown>;

/** A decaying model in MISP's JSON. */
export function modelWire(model: DecayingModelRow): Wire {
  return {
    id: String(model.id),
    uuid: model.uuid,
    name: model.name,
    parameters: model.parameters,
    attribute_types: model.attribute_types,
    description: model.description,
    org_id: String(model.org_id),
    enabled: model.enabled,
    all_orgs: model.all_orgs,
    ref: model.ref,
    formula: model.formula,
    version: model.version,
    default: model.is_default,
  };
}

/** The same, with whether the viewer may change it. */
export function editableWire(viewer: Viewer, model: DecayingModelRow): Wire {
  return { ...modelWire(model), isEditable: isEditable(viewer, model) };
}

/** Site administrators; of models that users made also those with perm_decaying in the owning organisation. */
export function isEditable(viewer: Viewer, model: DecayingModelRow): boolean {
  if (isSiteAdmin(viewer)) return true;
  return can(viewer, 'perm_decaying') && model.org_id === viewer.organisationId && !model.is_default;
}
