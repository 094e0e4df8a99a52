import type { Tag } from '../api/wire.ts';
import { useT } from '../i18n/i18n.tsx';
import styles from './chips.module.css';
import { Icon } from './icon.tsx';

/** Text colours of the Traffic Light Protocol 2.0 on black (source: FIRST, TLP 2.0). */
const tlpColours: Readonly<Record<string, string>> = {
  red: '#FF2B2B',
  amber: '#FFC000',
  'amber+strict': '#FFC000',
  green: '#33FF00',
  clear: '#FFFFFF',
  white: '#FFFFFF',
};

const tlpLevel = (name: string): string | undefined => /^tlp:(.+)$/i.exec(name)?.[1]?.toLowerCase();

/** A colour that CSS may receive; a tag's colour is text from anywhere. */
const safeColour = (colour: string): string => (/^#[0-9a-f]{3,8}$/i.test(colour) ? colour : 'var(--control)');

/** Parts of a galaxy tag: kind and cluster. */
const clusterOf = (name: string) => /^misp-galaxy:([^=]+)="(.*)"$/.exec(name);

/** How much of a tag's name is shown: all, what stands behind the namespace, or its colour alone. */
export type TagStyle = 'full' | 'short' | 'minimal';

function TagName({ name, short }: { readonly name: string; readonly short: boolean }) {
  const cluster = clusterOf(name);
  // The cluster's name says most and comes first: in a narrow column the rest is cut off.
  if (cluster !== null) {
    if (short) return <bdi>{cluster[2]}</bdi>;
    return (
      <bdi>
        {cluster[2]} <span className={styles.namespace}>{cluster[1]}</span>
      </bdi>
    );
  }
  const colon = name.indexOf(':');
  if (colon < 1) return <bdi>{name}</bdi>;
  if (short) return <bdi>{name.slice(colon + 1)}</bdi>;
  return (
    <bdi>
      <span className={styles.namespace}>{name.slice(0, colon + 1)}</span>
      {name.slice(colon + 1)}
    </bdi>
  );
}

/** One tag: a neutral chip with a bar in the tag's colour; TLP tags look as the protocol asks. */
export function TagChip(props: {
  readonly tag: Tag;
  readonly look?: TagStyle;
  /** As long as its room allows: where it stands alone, its name is what one reads. */
  readonly whole?: boolean;
  readonly onRemove?: (() => void) | undefined;
}) {
  const t = useT();
  const level = tlpLevel(props.tag.name);
  const tlpColour = level === undefined ? undefined : tlpColours[level];
  const style = tlpColour === undefined ? { '--tag-colour': safeColour(props.tag.colour) } : { color: tlpColour };
  return (
    <span
      className={`${styles.chip} ${tlpColour === undefined ? styles.tag : styles.tlp} ${props.whole === true ? styles.whole : ''}`}
      style={style as React.CSSProperties}
      title={props.tag.name}
    >
      {props.tag.local === true && <Icon name="user" size={12} label={t('tag.local')} />}
      {clusterOf(props.tag.name) !== null && <Icon name="knowledge" size={12} />}
      <span className={styles.text}>
        {props.look === 'minimal' ? (
          <span className="visually-hidden">{props.tag.name}</span>
        ) : tlpColour === undefined ? (
          <TagName name={props.tag.name} short={props.look === 'short'} />
        ) : (
          props.tag.name.toUpperCase()
        )}
      </span>
      {props.onRemove !== undefined && (
        <button
          type="button"
          className={styles.remove}
          onClick={props.onRemove}
          aria-label={t('tag.remove', { name: props.tag.name })}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </span>
  );
}

/** The first tags of a list, TLP first, and how many more there are. */
export function TagRow(props: {
  readonly tags: readonly Tag[];
  readonly max?: number;
  readonly look?: TagStyle;
  readonly showMissingTlp?: boolean;
}) {
  const t = useT();
  const ordered = [...props.tags].sort(
    (a, b) => Number(tlpLevel(b.name) !== undefined) - Number(tlpLevel(a.name) !== undefined),
  );
  const max = props.max ?? 3;
  const rest = ordered.slice(max);
  return (
    <span className={styles.row}>
      {props.showMissingTlp === true && !props.tags.some((tag) => tlpLevel(tag.name) !== undefined) && <MissingTlp />}
      {ordered.slice(0, max).map((tag) => (
        <TagChip key={`${tag.id}-${tag.local}`} tag={tag} look={props.look ?? 'full'} />
      ))}
      {rest.length > 0 && (
        <span className={`${styles.chip} ${styles.count}`} title={rest.map((tag) => tag.name).join('\n')}>
          {t('tag.more', { n: rest.length })}
        </span>
      )}
    </span>
  );
}

/** Says that no TLP tag is set. */
export function MissingTlp() {
  const t = useT();
  return <span className={`${styles.chip} ${styles.missing}`}>{t('tag.noTlp')}</span>;
}

/** Whether one of the tags says to whom the element may be passed on. */
export const hasTlp = (tags: readonly Tag[]): boolean => tags.some((tag) => tlpLevel(tag.name) !== undefined);
