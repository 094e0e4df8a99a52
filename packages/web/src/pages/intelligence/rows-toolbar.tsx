import { Button, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { EventFilters } from '../../api/events.ts';
import type { EventHeader } from '../../api/wire.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { useT } from '../../i18n/i18n.tsx';
import styles from './rows-toolbar.module.css';

interface RowsToolbarProps {
  readonly event: EventHeader;
  readonly filters: EventFilters;
  /** Rows that match, once known. */
  readonly total: number | undefined;
  readonly mayEdit: boolean;
  readonly mayPropose: boolean;
  readonly onChange: (changes: Record<string, string | undefined>, options?: { readonly replace?: boolean }) => void;
}

/** Filters of the grid and what can be added to it. */
export function RowsToolbar(props: RowsToolbarProps) {
  const t = useT();
  const { filters, mayEdit, onChange } = props;
  const [text, setText] = useState(filters.searchFor ?? '');

  // The URL follows what is typed after a pause, so that Back does not walk through letters.
  useEffect(() => {
    if (text === (filters.searchFor ?? '')) return;
    const timer = setTimeout(
      () => onChange({ searchFor: text.trim() === '' ? undefined : text }, { replace: true }),
      250,
    );
    return () => clearTimeout(timer);
  }, [text, filters.searchFor, onChange]);

  const reason = mayEdit ? undefined : t('reason.edit');
  const adders = [
    { panel: 'add-attribute', label: t(props.mayPropose ? 'proposal.proposeNew' : 'attribute.add'), icon: 'plus' },
    { panel: 'add-object', label: t('object.add'), icon: 'cube' },
    { panel: 'paste', label: t('paste.title'), icon: 'clipboard' },
    { panel: 'file', label: t('file.title'), icon: 'upload' },
  ] as const;

  return (
    <div className={`toolbar ${styles.toolbar}`}>
      <TextInput
        id="row-filter"
        type="search"
        value={text}
        aria-label={t('rows.filter')}
        placeholder={t('rows.filter')}
        leftSection={<Icon name="search" size={14} />}
        className={styles.search}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <ChoiceField
        label={t('attribute.ids')}
        hideLabel
        value={filters.toIDS ?? '0'}
        choices={[
          { value: '0', label: t('rows.idsAny') },
          { value: '1', label: t('rows.idsOnly') },
          { value: '2', label: t('rows.idsWithout') },
        ]}
        onChange={(value) => onChange({ toIDS: value === '0' ? undefined : value })}
      />
      <ChoiceField
        label={t('rows.deletedFilter')}
        hideLabel
        value={filters.deleted ?? '0'}
        choices={[
          { value: '0', label: t('rows.live') },
          { value: '1', label: t('rows.withDeleted') },
          { value: '2', label: t('rows.onlyDeleted') },
        ]}
        onChange={(value) => onChange({ deleted: value === '0' ? undefined : value })}
      />
      <span className="count" aria-live="polite">
        {props.total === undefined ? '' : t('rows.count', { n: props.total })}
      </span>
      <div className={`narrow-icons ${styles.adders}`}>
        {adders.map((adder) => (
          <Button
            key={adder.panel}
            variant="default"
            disabled={!mayEdit && !(props.mayPropose && adder.panel === 'add-attribute')}
            title={props.mayPropose && adder.panel === 'add-attribute' ? adder.label : (reason ?? adder.label)}
            leftSection={<Icon name={adder.icon} size={14} />}
            onClick={() => onChange({ panel: adder.panel })}
          >
            {adder.label}
          </Button>
        ))}
      </div>
    </div>
  );
}
