import type { Target } from '../../api/target-names.ts';
import { type MessageKey, useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

/** The page of something; undefined where there is none. */
function pathOf({ type, uuid }: Target): string | undefined {
  switch (type) {
    case 'Event':
      return paths.event(uuid);
    case 'EventReport':
      return paths.report(uuid);
    case 'Attribute':
      return `/attributes/view/${uuid}`;
    case 'Object':
      return `/objects/view/${uuid}`;
    case 'GalaxyCluster':
      return paths.cluster(uuid);
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, MessageKey>> = {
  Event: 'history.model.event',
  Attribute: 'history.model.attribute',
  Object: 'history.model.object',
  EventReport: 'history.model.report',
  GalaxyCluster: 'target.cluster',
  Note: 'notes.addNote',
  Opinion: 'notes.addOpinion',
  Relationship: 'notes.addRelationship',
};

/** What a note is about or leads to: its kind and name as a link, or its UUID where it cannot be seen. */
export function TargetLink({ target, name }: { readonly target: Target; readonly name: string | undefined }) {
  const t = useT();
  const path = pathOf(target);
  const kind = kinds[target.type];
  const text = name === undefined ? <span className="mono">{target.uuid}</span> : <bdi title={target.uuid}>{name}</bdi>;
  return (
    <span>
      <span className="muted">{kind === undefined ? target.type : t(kind)}</span>{' '}
      {path === undefined ? text : <AppLink to={path}>{text}</AppLink>}
    </span>
  );
}
