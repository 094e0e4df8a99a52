import { Button } from '@mantine/core';
import { EmptyState } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';

interface NoRowsProps {
  /** Some filter leaves nothing over. */
  readonly filtered: boolean;
  readonly mayEdit: boolean;
  readonly onPanel: (name: string) => void;
  readonly onClear: () => void;
}

/** In place of the rows of an event where there are none: how to get some. */
export function NoRows(props: NoRowsProps) {
  const t = useT();
  if (props.filtered) {
    return (
      <EmptyState icon="filter" title={t('rows.noMatch')}>
        <Button onClick={props.onClear}>{t('filter.clear')}</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="list" title={t('rows.none')} text={t('rows.noneText')}>
      <Button disabled={!props.mayEdit} onClick={() => props.onPanel('paste')}>
        {t('paste.title')}
      </Button>
      <Button variant="default" disabled={!props.mayEdit} onClick={() => props.onPanel('add-attribute')}>
        {t('attribute.add')}
      </Button>
      <Button variant="default" disabled={!props.mayEdit} onClick={() => props.onPanel('add-object')}>
        {t('object.add')}
      </Button>
    </EmptyState>
  );
}
