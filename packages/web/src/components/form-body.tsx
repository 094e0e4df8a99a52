import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { ErrorBox } from './states.tsx';
import type { Form } from './use-form.ts';

interface FormBodyProps {
  readonly form: Pick<Form<never>, 'failure' | 'busy' | 'submit'>;
  readonly children: ReactNode;
  readonly onCancel: () => void;
  readonly submitLabel?: string | undefined;
  /** Buttons left of Cancel. */
  readonly actions?: ReactNode;
}

/** The fields of a form, what is wrong with none of them, and its buttons. */
export function FormBody({ form, children, onCancel, submitLabel, actions }: FormBodyProps) {
  const t = useT();
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      {children}
      {form.failure !== undefined && <ErrorBox error={form.failure} />}
      <div className="form-actions">
        {actions}
        <Button variant="default" onClick={onCancel}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {submitLabel ?? t('action.save')}
        </Button>
      </div>
    </form>
  );
}
