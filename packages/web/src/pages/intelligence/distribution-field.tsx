import { useQuery } from '@tanstack/react-query';
import { sharingGroupsQuery } from '../../api/administration.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { useT } from '../../i18n/i18n.tsx';

/** How far an element is shared, as the server names it. */
interface Sharing {
  readonly distribution: string;
  readonly sharing_group_id: string;
}

interface DistributionFieldProps {
  readonly value: Sharing;
  readonly onChange: (value: Sharing) => void;
  /** Attributes and objects may inherit; events may not. */
  readonly mayInherit: boolean;
  readonly error?: string | undefined;
  readonly hideLabel?: boolean;
  readonly disabled?: boolean;
}

/** Distribution levels and sharing groups in one list. */
export function DistributionField(props: DistributionFieldProps) {
  const t = useT();
  const { data: groups = [] } = useQuery(sharingGroupsQuery());
  const levels = (['0', '1', '2', '3'] as const).map((value) => ({ value, label: t(`distribution.${value}`) }));
  const choices = [
    ...(props.mayInherit ? [{ value: '5', label: t('distribution.5') }] : []),
    ...levels,
    ...groups.map(({ SharingGroup: { id, name } }) => ({ value: `4/${id}`, label: t('distribution.group', { name }) })),
  ];
  const value = props.value.distribution === '4' ? `4/${props.value.sharing_group_id}` : props.value.distribution;
  const listed = choices.some((choice) => choice.value === value);
  return (
    <ChoiceField
      label={t('event.distribution')}
      hideLabel={props.hideLabel ?? false}
      error={props.error}
      disabled={props.disabled}
      value={value}
      choices={listed ? choices : [...choices, { value, label: t('distribution.4') }]}
      onChange={(chosen) => {
        const [distribution = '0', group = '0'] = chosen.split('/');
        props.onChange({ distribution, sharing_group_id: group });
      }}
    />
  );
}
