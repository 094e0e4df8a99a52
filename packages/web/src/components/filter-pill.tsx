import { useT } from '../i18n/i18n.tsx';
import styles from './filter-bar.module.css';
import type { FilterField, FilterToken } from './filter-tokens.ts';
import { Icon } from './icon.tsx';

/** One token of the filter bar, with its remove button. */
export function FilterPill(props: {
  readonly token: FilterToken;
  readonly field: FilterField | undefined;
  readonly onRemove: () => void;
}) {
  const t = useT();
  const { token, field } = props;
  const value = field?.choices?.find((choice) => choice.value === token.value)?.label ?? token.value;
  return (
    <span className={styles.token} data-negated={token.negated}>
      <bdi>
        {token.negated && '−'}
        {field !== undefined && <span className="muted">{field.name}:</span>}
        {value}
      </bdi>
      <button
        type="button"
        aria-label={t('filter.remove', { token: `${field?.name ?? ''} ${value}` })}
        onClick={(event) => {
          event.stopPropagation();
          props.onRemove();
        }}
      >
        <Icon name="close" size={12} />
      </button>
    </span>
  );
}
