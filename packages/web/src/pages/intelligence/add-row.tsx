import { lazy, Suspense } from 'react';
import { addAttribute } from '../../api/attributes.ts';
import { proposeAttribute } from '../../api/proposals.ts';
import { Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { EventActions } from './use-event-actions.ts';

const AttributeEditor = lazy(() =>
  import('./attribute-editor.tsx').then((module) => ({ default: module.AttributeEditor })),
);

const emptyDraft = {
  type: 'ip-dst',
  category: 'Network activity',
  value: '',
  comment: '',
  to_ids: true,
  disable_correlation: false,
  distribution: '5',
  sharing_group_id: '0',
  first_seen: '',
  last_seen: '',
};

interface AddRowProps {
  readonly eventId: string;
  /** Adds the attribute; who may not, proposes it. */
  readonly mayEdit: boolean;
  readonly actions: EventActions;
  readonly onClose: (isAdded: boolean) => void;
}

/** The form of a new attribute, above the rows. */
export function AddRow({ eventId, mayEdit, actions, onClose }: AddRowProps) {
  const t = useT();
  const toasts = useToasts();
  return (
    <Suspense fallback={<Skeleton height={120} />}>
      <AttributeEditor
        initial={emptyDraft}
        fixedType={false}
        submitLabel={t(mayEdit ? 'attribute.add' : 'proposal.propose')}
        onClose={() => onClose(false)}
        onSave={async (input) => {
          await (mayEdit ? addAttribute(eventId, input) : proposeAttribute(eventId, input));
          await actions.refresh();
          toasts.success(mayEdit ? t('attribute.added', { n: 1 }) : t('proposal.sent'));
          onClose(true);
        }}
      />
    </Suspense>
  );
}
