import { type MessageKey, useT } from '../i18n/i18n.tsx';
import styles from './chips.module.css';
import { Icon, type IconName } from './icon.tsx';

type Tone = 'danger' | 'warn' | 'info' | 'ok' | 'muted';

interface Look {
  readonly key: MessageKey;
  readonly icon: IconName;
  readonly tone: Tone | 'plain';
}

const distributions: Readonly<Record<string, Look>> = {
  0: { key: 'distribution.0', icon: 'lock', tone: 'danger' },
  1: { key: 'distribution.1', icon: 'house', tone: 'plain' },
  2: { key: 'distribution.2', icon: 'link', tone: 'plain' },
  3: { key: 'distribution.3', icon: 'globe', tone: 'plain' },
  4: { key: 'distribution.4', icon: 'people', tone: 'plain' },
  5: { key: 'distribution.5', icon: 'inherit', tone: 'muted' },
};

/** Who may see it: a sign and a word, never colour alone. */
export function DistributionBadge(props: {
  readonly distribution: string;
  readonly group?: string | undefined;
  /** Distribution of the event, told where the element inherits it. */
  readonly inherited?: string | undefined;
}) {
  const t = useT();
  const look = distributions[props.distribution] ?? {
    key: 'distribution.unknown' as const,
    icon: 'warning' as const,
    tone: 'warn' as const,
  };
  const effective = props.inherited === undefined ? undefined : distributions[props.inherited];
  const word =
    props.distribution === '4' && props.group !== undefined && props.group !== '' ? props.group : t(look.key);
  const title = props.distribution === '5' && effective !== undefined ? `${word}: ${t(effective.key)}` : word;
  return (
    <span className={`${styles.badge} ${look.tone === 'plain' ? '' : styles[look.tone]}`} title={title}>
      <Icon name={look.icon} size={14} />
      <span>{word}</span>
    </span>
  );
}

const threats: Readonly<Record<string, { key: MessageKey; sign: string; tone: Tone }>> = {
  1: { key: 'threat.1', sign: '▲', tone: 'danger' },
  2: { key: 'threat.2', sign: '◆', tone: 'warn' },
  3: { key: 'threat.3', sign: '▼', tone: 'info' },
  4: { key: 'threat.4', sign: '–', tone: 'muted' },
};

/** Threat level of an event, by sign and colour as well as by its word. */
export function ThreatBadge({ level }: { readonly level: string }) {
  const t = useT();
  const look = threats[level] ?? { key: 'threat.4' as const, sign: '–', tone: 'muted' as const };
  return (
    <span className={styles.badge}>
      <span aria-hidden="true" className={styles[look.tone]}>
        {look.sign}
      </span>
      <span>{t(look.key)}</span>
    </span>
  );
}

/** Text of the analysis stage. */
export function AnalysisText({ stage }: { readonly stage: string }) {
  const t = useT();
  return <>{t(stage === '2' ? 'analysis.2' : stage === '1' ? 'analysis.1' : 'analysis.0')}</>;
}

/** Published, draft, or changed since it was published. */
export function PublishBadge(props: {
  readonly published: boolean;
  readonly publishTimestamp: string;
  readonly compact?: boolean;
}) {
  const t = useT();
  const changed = !props.published && Number(props.publishTimestamp) > 0;
  const key = props.published ? 'publish.published' : changed ? 'publish.changed' : 'publish.draft';
  const icon = props.published ? 'check' : changed ? 'changed' : 'draft';
  const tone = props.published ? styles.ok : changed ? styles.warn : styles.muted;
  if (props.compact === true) {
    return (
      <span className={`${styles.badge} ${tone}`} title={t(key)}>
        <Icon name={icon} size={14} label={t(key)} />
      </span>
    );
  }
  return (
    <span className={`${styles.badge} ${tone}`}>
      <Icon name={icon} size={14} />
      <span>{t(key)}</span>
    </span>
  );
}
