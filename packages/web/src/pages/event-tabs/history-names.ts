import type { AuditEntry } from '../../api/history.ts';
import type { Target } from '../../api/target-names.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const textIn = (entry: AuditEntry, field: string): string => {
  const value = entry.AuditLog.change?.[field];
  return typeof value === 'string' && uuid.test(value) ? value : '';
};

/** Clusters of one's own are called by their UUID in tags, and so in the log. */
const clusterOf = ({ AuditLog: entry }: AuditEntry): string =>
  /galaxy/.test(entry.action) && uuid.test(entry.model_title ?? '') ? (entry.model_title ?? '') : '';

/** What entries name by UUID alone: both ends of relations, which of the two kinds is not told, and clusters. */
export function targetsOf(entries: readonly AuditEntry[]): readonly Target[] {
  return entries
    .flatMap((entry): Target[] => [
      { type: 'Object', uuid: textIn(entry, 'source_uuid') },
      { type: 'Object', uuid: textIn(entry, 'referenced_uuid') },
      { type: 'Attribute', uuid: textIn(entry, 'referenced_uuid') },
      { type: 'GalaxyCluster', uuid: clusterOf(entry) },
    ])
    .filter((target) => target.uuid !== '');
}

/** What an entry is about: by name where there is one, or by number. */
export function subjectOf(entry: AuditEntry, names: ReadonlyMap<string, string>): string {
  const { model_title: title, model_id: id } = entry.AuditLog;
  const source = textIn(entry, 'source_uuid');
  const known = names.get(clusterOf(entry)) ?? (title || names.get(source));
  return known ?? (source || `#${id}`);
}
