import type { Transaction } from '../../../database/transaction.ts';

/** A decaying model as stored. */
export interface DecayingModelRow {
  id: number;
  uuid: string;
  name: string;
  parameters: unknown;
  attribute_types: string[];
  description: string;
  org_id: number;
  enabled: boolean;
  all_orgs: boolean;
  ref: string[];
  formula: string;
  version: string;
  is_default: boolean;
}

const columns = `id, uuid, name, parameters, attribute_types, description, org_id, enabled, all_orgs, ref, formula,
  version, is_default`;

/** Visible models, a page of them. */
export function selectDecayingModels(
  tx: Transaction,
  page: { limit: number | null; offset: number },
): Promise<DecayingModelRow[]> {
  return tx.query<DecayingModelRow>(`select ${columns} from visible_decaying_models order by id limit $1 offset $2`, [
    page.limit,
    page.offset,
  ]);
}

/** One visible model. */
export function selectDecayingModel(tx: Transaction, id: number): Promise<DecayingModelRow | null> {
  return tx.first<DecayingModelRow>(`select ${columns} from visible_decaying_models where id = $1`, [id]);
}

/** Attribute types that users have linked to models. */
export function selectMappings(
  tx: Transaction,
  modelIds: readonly number[],
): Promise<{ id: number; model_id: number; attribute_type: string }[]> {
  return tx.query(
    `select id, model_id, attribute_type from decaying_model_mappings where model_id = any ($1::bigint[]) order by id`,
    [modelIds],
  );
}
