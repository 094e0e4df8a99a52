import type { ReactNode } from 'react';
import { usePageTitle } from '../app/page-title.ts';
import { useGo } from '../routing/use-go.ts';
import { FormBody } from './form-body.tsx';
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
  const go = useGo();
  usePageTitle(props.title);
  return (
    <div className="page">
      <div className="page-head">
        <h1>{props.title}</h1>
      </div>
      <FormBody
        form={props.form}
        onCancel={() => void go(props.back)}
        submitLabel={props.submitLabel}
        actions={props.actions}
      >
        {props.children}
      </FormBody>
    </div>
  );
}
