import { Button, Drawer } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addTag, deleteTag, editTag } from '../../api/library.ts';
import type { TagRow } from '../../api/wire.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CheckField, TextField } from '../../components/fields.tsx';
import { FormBody } from '../../components/form-body.tsx';
import { TagChip } from '../../components/tag-chip.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';

/** The fields of a tag, with a preview. */
export function TagPanel(props: { readonly tag?: TagRow; readonly onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const [deleting, setDeleting] = useState(false);
  const { tag, onClose } = props;
  const form = useForm({
    initial: {
      name: tag?.name ?? '',
      colour: tag?.colour ?? '#1c5bb8',
      exportable: tag?.exportable ?? true,
      hide_tag: tag?.hide_tag ?? false,
      local_only: tag?.local_only ?? false,
    },
    check: ({ name, colour }) => ({
      ...(name.trim() === '' ? { name: t('form.required') } : {}),
      ...(/^#[0-9a-f]{6}$/i.test(colour) ? {} : { colour: t('tag.badColour') }),
    }),
    async save(values) {
      await (tag === undefined ? addTag(values) : editTag(tag.id, values));
      await client.invalidateQueries({ queryKey: ['tags'] });
      toasts.success(t('form.saved', { name: values.name }));
      onClose();
    },
  });
  const { values, set, errorOf } = form;
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={420}
      title={tag === undefined ? t('new.tag') : t('tag.edit')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <FormBody
        form={form}
        onCancel={onClose}
        actions={
          tag !== undefined && (
            <Button variant="outline" color="danger" onClick={() => setDeleting(true)}>
              {t('action.delete')}
            </Button>
          )
        }
      >
        <div>
          <TagChip tag={{ id: '0', name: values.name === '' ? t('event.tag') : values.name, colour: values.colour }} />
        </div>
        <TextField
          label={t('field.name')}
          value={values.name}
          onChange={(name) => set('name', name)}
          error={errorOf('name')}
          required
          autoFocus
        />
        <TextField
          label={t('tag.colour')}
          type="color"
          value={values.colour}
          onChange={(colour) => set('colour', colour)}
          error={errorOf('colour')}
        />
        <CheckField
          label={t('tag.exportable')}
          description={t('tag.exportableHelp')}
          value={values.exportable}
          onChange={(on) => set('exportable', on)}
        />
        <CheckField
          label={t('tag.hidden')}
          description={t('tag.hiddenHelp')}
          value={values.hide_tag}
          onChange={(on) => set('hide_tag', on)}
        />
        <CheckField
          label={t('tag.localOnly')}
          description={t('tag.localOnlyHelp')}
          value={values.local_only}
          onChange={(on) => set('local_only', on)}
        />
      </FormBody>
      {tag !== undefined && (
        <ConfirmDialog
          opened={deleting}
          title={t('tag.delete', { name: tag.name })}
          confirm={t('action.delete')}
          tone="danger"
          onClose={() => setDeleting(false)}
          onConfirm={async () => {
            await deleteTag(tag.id);
            await client.invalidateQueries({ queryKey: ['tags'] });
            toasts.success(t('form.deleted', { name: tag.name }));
            onClose();
          }}
        >
          {t('tag.deleteText', { n: (tag.count ?? 0) + (tag.attribute_count ?? 0) })}
        </ConfirmDialog>
      )}
    </Drawer>
  );
}
