import { useQuery } from '@tanstack/react-query';
import { fittingTemplatesQuery } from '../../api/attributes.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { ReviewRow } from './review-table.tsx';

const MOST_OFFERED = 40;

/** Whether the ticked rows of a review become one object, and by which of the templates that fit their types. */
export function ObjectChoice(props: {
  readonly rows: readonly ReviewRow[];
  /** Id of the template; empty for attributes by themselves. */
  readonly value: string;
  readonly onChange: (template: string) => void;
}) {
  const t = useT();
  const types = [...new Set(props.rows.map((row) => row.type))].sort();
  const { data: templates = [] } = useQuery(fittingTemplatesQuery(types));
  return (
    <ChoiceField
      label={t('paste.asObject')}
      hideLabel
      value={props.value}
      disabled={props.rows.length === 0}
      choices={[
        { value: '', label: t('paste.asAttributes') },
        ...templates.slice(0, MOST_OFFERED).map((template) => ({
          value: template.id,
          label: t('paste.asTemplate', { name: template.name }),
        })),
      ]}
      onChange={props.onChange}
    />
  );
}
