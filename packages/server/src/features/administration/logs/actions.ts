/**
 * Actions of the change log that are changes of things, as MISP keeps them in `audit_logs`; all others (sign-ins,
 * failures, settings, ...) are entries of `logs`. The partial indexes of migration 0110 repeat this list.
 */
export const auditedActions = [
  'add',
  'edit',
  'delete',
  'soft_delete',
  'undelete',
  'restore',
  'attach_tag',
  'detach_tag',
  'attach_local_tag',
  'detach_local_tag',
  'publish',
  'unpublish',
] as const;

const LIST = auditedActions.map((action) => `'${action}'`).join(', ');

/** SQL that is true for entries of MISP's `logs` alone, word for word the condition of the partial indexes. */
export const isApplicationAction = `action <> all (array[${LIST}])`;
/** SQL that is true for entries of MISP's `audit_logs`. */
export const isAuditedAction = `action = any (array[${LIST}])`;
