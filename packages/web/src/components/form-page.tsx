import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle } from '../app/page-title.ts';
import { useT } from '../i18n/i18n.tsx';
import { useGo } from '../routing/use-go.ts';
import { ErrorBox } from './states.tsx';
import type { Form } from './use-form.ts';

interface FormPageProps {
  readonly title: string;
  readonly form: Pick<Form<never>, 'failure' | 'busy' | 'submit'>;
  readonly children: ReactNode;
  /** Where Cancel leads. */
  readonly back: string;
  readonly submitLabel?: string;
  /** Buttons left of Cancel. */
  readonly actions?: ReactNode;
}

/** A page that is one form. */
export function FormPage(props: FormPageProps) {
  const t = useT();
  const go = useGo();
  usePageTitle(props.title);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{props.title}</h1>
      </div>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void props.form.submit();
        }}
      >
        {props.children}
        {props.form.failure !== undefined && <ErrorBox error={props.form.failure} />}
        <div className="form-actions">
          {props.actions}
          <Button variant="default" onClick={() => void go(props.back)}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={props.form.busy}>
            {props.submitLabel ?? t('action.save')}
          </Button>
        </div>
      </form>
    </div>
  );
}
