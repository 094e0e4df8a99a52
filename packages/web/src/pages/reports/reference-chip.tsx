import type { ReportElements } from '../../api/reports.ts';
import { Icon } from '../../components/icon.tsx';
import { TagChip } from '../../components/tag-chip.tsx';
import { iconOfType } from '../../components/type-icon.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import type { ReportReference } from './references.ts';
import styles from './reports.module.css';

interface ReferenceChipProps {
  readonly reference: ReportReference;
  readonly elements: ReportElements | undefined;
  readonly eventId: string;
}

const lookUp = <Value,>(map: Readonly<Record<string, Value>> | undefined, key: string): Value | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;

/** What a reference of a report leads to, as a chip: an attribute with its value, an object, a tag, a matrix. */
export function ReferenceChip({ reference, elements, eventId }: ReferenceChipProps) {
  const t = useT();
  const { kind, target } = reference;
  if (kind === 'tag') {
    const tag = lookUp(elements?.tagname, target) ?? { id: '0', name: target, colour: '#888888' };
    return <TagChip tag={tag} />;
  }
  if (kind === 'galaxymatrix') {
    const galaxy = lookUp(elements?.galaxymatrix, target);
    return (
      <AppLink className={styles.reference} to={paths.eventTab(eventId, 'matrix')}>
        <Icon name="knowledge" size={13} /> <bdi>{galaxy?.name ?? t('eventTab.matrix')}</bdi>
      </AppLink>
    );
  }
  const attribute = lookUp(elements?.attribute, target.toLowerCase());
  if (attribute !== undefined) {
    return (
      <AppLink className={styles.reference} to={paths.eventAt(eventId, attribute.uuid)} title={attribute.category}>
        <Icon name={reference.picture ? 'image' : iconOfType(attribute.type)} size={13} />
        <span className="muted">{attribute.type}</span> <bdi className="mono">{attribute.value.slice(0, 200)}</bdi>
      </AppLink>
    );
  }
  const object = lookUp(elements?.object, target.toLowerCase());
  if (object !== undefined) {
    const values = (object.Attribute ?? []).slice(0, 3).map((member) => member.value.slice(0, 80));
    return (
      <AppLink className={styles.reference} to={paths.eventAt(eventId, object.uuid)}>
        <Icon name="cube" size={13} /> <span className="muted">{object.name}</span>{' '}
        <bdi className="mono">{values.join(' · ')}</bdi>
      </AppLink>
    );
  }
  return (
    <span className={styles.reference} title={target}>
      <Icon name="warning" size={13} /> {elements === undefined ? kind : t('report.unknownReference')}
    </span>
  );
}
