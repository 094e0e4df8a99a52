import type { EventRow } from '../../api/event-rows.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { iconOfType } from '../../components/type-icon.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { HoverLook } from '../modules/hover-look.tsx';
import styles from './row-cells.module.css';

/** Type of an attribute, or the template's name of an object. */
export function TypeCell({ row }: { readonly row: EventRow }) {
  if (row.kind === 'object') {
    return (
      <span className={styles.type}>
        <Icon name="cube" size={14} />
        <span>
          <bdi>{row.name}</bdi>
        </span>
      </span>
    );
  }
  const inObject = row.parentObjectId !== null;
  const relation = row.object_relation ?? '';
  return (
    <span
      className={styles.type}
      title={row.object_relation === null ? row.type : `${row.object_relation} · ${row.type}`}
    >
      {inObject && <span className={styles.indent} />}
      <Icon name={iconOfType(row.type)} size={14} />
      <span>
        {relation !== '' && relation !== row.type && <bdi>{relation} · </bdi>}
        <span className={relation !== '' && relation !== row.type ? 'muted' : undefined}>{row.type}</span>
      </span>
    </span>
  );
}

interface ValueCellProps {
  readonly row: EventRow;
  readonly expanded: boolean | undefined;
  readonly lead: string | undefined;
  /** Proposals that wait for a decision. */
  readonly proposals: number;
  readonly eventId: string;
  readonly onFold: () => void;
}

/** The value, always as text; on an object, its fold and the value that says most about it. */
export function ValueCell({ row, expanded, lead, proposals, eventId, onFold }: ValueCellProps) {
  const t = useT();
  if (row.kind === 'object') {
    return (
      <span className={styles.value}>
        <button
          type="button"
          tabIndex={-1}
          className={styles.fold}
          aria-label={t(expanded === true ? 'row.fold' : 'row.unfold', { name: row.name })}
          onClick={onFold}
        >
          <Icon name={expanded === true ? 'down' : 'right'} size={14} />
        </button>
        {lead === undefined ? (
          <span className="muted">{row['meta-category']}</span>
        ) : (
          <bdi className="mono muted">{lead}</bdi>
        )}
      </span>
    );
  }
  const isFile = row.type === 'attachment' || row.type === 'malware-sample';
  return (
    <span className={styles.value} title={row.value.length > 60 ? row.value.slice(0, 2000) : undefined}>
      {(row.warnings?.length ?? 0) > 0 && (
        <span className={styles.warning} title={row.warnings?.map((warning) => warning.warninglist_name).join('\n')}>
          <Icon name="warning" size={14} label={t('row.warninglist')} />
        </span>
      )}
      {proposals > 0 && (
        <AppLink
          to={paths.eventTab(eventId, 'proposals')}
          className={styles.proposals}
          tabIndex={-1}
          title={t('proposal.waiting', { n: proposals })}
        >
          <Icon name="edit" size={14} label={t('proposal.waiting', { n: proposals })} />
        </AppLink>
      )}
      {isFile && (
        <a
          href={`/attributes/download/${row.id}`}
          download
          title={t(row.type === 'malware-sample' ? 'row.downloadSample' : 'row.download')}
          tabIndex={-1}
        >
          <Icon
            name="download"
            size={14}
            label={t(row.type === 'malware-sample' ? 'row.downloadSample' : 'row.download')}
          />
        </a>
      )}
      <bdi className="mono">{row.value.slice(0, 600)}</bdi>
      <HoverLook attributeId={row.id} type={row.type} />
    </span>
  );
}

/** A button of a row; with a reason it is shown, but cannot be pressed. */
export interface Tool {
  readonly icon: IconName;
  readonly label: string;
  readonly run: () => void;
  readonly disabledReason?: string | undefined;
}

/** Small buttons at the end of a row. */
export function RowTools({ tools }: { readonly tools: readonly Tool[] }) {
  return (
    <span className={styles.tools}>
      {tools.map((tool) => (
        <button
          key={tool.icon}
          type="button"
          tabIndex={-1}
          className={styles.tool}
          aria-label={tool.label}
          title={tool.disabledReason ?? tool.label}
          disabled={tool.disabledReason !== undefined}
          onClick={tool.run}
        >
          <Icon name={tool.icon} size={14} />
        </button>
      ))}
    </span>
  );
}

/** The IDS flag: a shield, filled when on. */
export function IdsToggle(props: { readonly on: boolean; readonly disabled: boolean; readonly onToggle: () => void }) {
  const t = useT();
  const label = t(props.on ? 'attribute.idsOn' : 'attribute.idsOff');
  return (
    <button
      type="button"
      tabIndex={-1}
      className={styles.tool}
      aria-pressed={props.on}
      aria-label={t('attribute.ids')}
      title={label}
      disabled={props.disabled}
      onClick={props.onToggle}
    >
      <Icon name="shield" size={15} filled={props.on} />
    </button>
  );
}
