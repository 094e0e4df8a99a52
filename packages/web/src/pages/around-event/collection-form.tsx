import { Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type Collection, collectionTypes, saveCollection } from '../../api/around-event.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { FormBody } from '../../components/form-body.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import { DistributionField } from '../intelligence/distribution-field.tsx';

interface CollectionFormProps {
  readonly collection?: Collection;
  readonly onClose: () => void;
  readonly onSaved: (id: string) => void;
}

/** Fields of a collection, for a new one or one that is changed. */
export function CollectionForm({ collection, onClose, onSaved }: CollectionFormProps) {
  const t = useT();
  const client = useQueryClient();
  const form = useForm({
    initial: {
      name: collection?.name ?? '',
      type: collection?.type ?? 'campaign',
      description: collection?.description ?? '',
      distribution: collection?.distribution ?? '1',
      sharing_group_id: collection?.sharing_group_id ?? '0',
    },
    check: ({ name }) => (name.trim() === '' ? { name: t('form.required') } : {}),
    async save(values) {
      const saved = await saveCollection(collection?.id, values);
      await client.invalidateQueries({ queryKey: ['collections'] });
      onClose();
      onSaved(saved.Collection.id);
    },
  });
  const { values, set, errorOf } = form;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(collection === undefined ? 'collection.new' : 'collection.edit')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <FormBody form={form} onCancel={onClose}>
        <TextField
          label={t('field.name')}
          value={values.name}
          onChange={(name) => set('name', name)}
          error={errorOf('name')}
          autoFocus
          required
        />
        <ChoiceField
          label={t('collection.type')}
          value={values.type}
          choices={collectionTypes.map((type) => ({ value: type, label: type.replaceAll('_', ' ') }))}
          onChange={(type) => set('type', type)}
        />
        <TextField
          label={t('field.description')}
          value={values.description}
          onChange={(description) => set('description', description)}
          error={errorOf('description')}
          rows={3}
        />
        <DistributionField
          value={values}
          mayInherit={false}
          onChange={(sharing) => form.setAll({ ...values, ...sharing })}
        />
      </FormBody>
    </Modal>
  );
}
