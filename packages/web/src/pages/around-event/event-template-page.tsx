import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { eventTemplateQuery, makeEventOfTemplate, type TemplateElement } from '../../api/around-event.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { FailurePage } from '../../app/not-found.tsx';
import { usePageTitle } from '../../app/page-title.ts';
import { TextField } from '../../components/fields.tsx';
import { ErrorBox, PageSkeleton } from '../../components/states.tsx';
import { TagPicker } from '../../components/tag-picker.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';
import { TemplateActions } from './template-actions.tsx';
import { readAsBase64, valuesOf } from './template-values.ts';

/** What was filled in: text by id of element; of objects by `id relation`. */
export type Filled = Readonly<Record<string, string>>;

/** A template as a form; sending it makes an event. */
export function Page() {
  const t = useT();
  const go = useGo();
  const toasts = useToasts();
  const { id = '' } = useParams({ strict: false });
  const { data: template, error, refetch } = useQuery(eventTemplateQuery(id));
  const [filled, setFilled] = useState<Filled>({});
  const [files, setFiles] = useState<Readonly<Record<string, File>>>({});
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const mayAdd = hasRight(useSession(), 'perm_add');
  usePageTitle(template?.name);
  if (template === undefined)
    return error === null ? <PageSkeleton /> : <FailurePage error={error} onRetry={() => void refetch()} />;
  const elements = template.definition?.structure ?? [];
  const set = (key: string, value: string) => setFilled((current) => ({ ...current, [key]: value }));

  async function make() {
    setBusy(true);
    setFailure(undefined);
    try {
      const contents: Record<string, { filename: string; data: string }> = {};
      for (const [key, file] of Object.entries(files))
        contents[key] = { filename: file.name, data: await readAsBase64(file) };
      const made = await makeEventOfTemplate(id, { ...valuesOf(elements, filled), ...contents });
      toasts.success(t('eventTemplate.made'));
      await go(paths.event(made.event_id));
    } catch (cause) {
      setFailure(cause);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="page">
      <div className="page-head">
        <h1>
          <bdi>{template.name}</bdi>
        </h1>
        <TemplateActions template={template} />
      </div>
      <p className="muted" style={{ margin: 0 }}>
        <bdi>{template.description}</bdi>
      </p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        {elements.map((element) => (
          <TemplateField
            key={element.id}
            element={element}
            filled={filled}
            onChange={set}
            onFile={(file) =>
              setFiles((current) => {
                const { [element.id]: _old, ...rest } = current;
                return file === undefined ? rest : { ...rest, [element.id]: file };
              })
            }
          />
        ))}
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={() => void go(paths.eventTemplates())}>
            {t('action.cancel')}
          </Button>
          <Button
            type="submit"
            loading={busy}
            disabled={!mayAdd}
            title={mayAdd ? undefined : t('reason.right', { right: 'perm_add' })}
          >
            {t('eventTemplate.make')}
          </Button>
        </div>
      </form>
    </div>
  );
}

function TemplateField(props: {
  readonly element: TemplateElement;
  readonly filled: Filled;
  readonly onChange: (key: string, value: string) => void;
  readonly onFile: (file: File | undefined) => void;
}) {
  const t = useT();
  const { element, filled, onChange } = props;
  const label = element.label ?? element.id;
  const several = element.repeatable === true || element.multiple === true;
  switch (element.type) {
    case 'section':
      return <h2 style={{ marginTop: 8 }}>{label}</h2>;
    case 'text_block':
      return <p style={{ margin: 0, whiteSpace: 'pre-wrap' }}>{element.content}</p>;
    case 'object_reference':
      return null;
    case 'file_field':
      return (
        <label>
          <div>{label}</div>
          <input type="file" onChange={(event) => props.onFile(event.currentTarget.files?.[0])} />
        </label>
      );
    case 'tag_field':
    case 'galaxy_field':
      return (
        <div>
          <TextField
            label={label}
            value={filled[element.id] ?? ''}
            onChange={(value) => onChange(element.id, value)}
            required={element.mandatory === true}
            {...(several ? { rows: 2, description: t('eventTemplate.onePerLine') } : {})}
          />
          <TagPicker
            compact
            label={t('tag.add')}
            onPick={(name) => {
              const old = filled[element.id] ?? '';
              onChange(element.id, several && old !== '' ? `${old}\n${name}` : name);
            }}
          />
        </div>
      );
    case 'object_field':
      return (
        <fieldset className="panel-box">
          <legend>{label}</legend>
          {(element.relations ?? [])
            .filter((relation) => relation.hidden !== true)
            .map((relation) => (
              <TextField
                key={relation.object_relation}
                label={relation.label ?? relation.object_relation}
                value={filled[`${element.id} ${relation.object_relation}`] ?? ''}
                onChange={(value) => onChange(`${element.id} ${relation.object_relation}`, value)}
                required={relation.mandatory === true}
              />
            ))}
        </fieldset>
      );
    default:
      return (
        <TextField
          label={label}
          value={filled[element.id] ?? element.misp?.default_value ?? ''}
          onChange={(value) => onChange(element.id, value)}
          required={element.mandatory === true}
          mono
          description={several ? t('eventTemplate.onePerLine') : element.description}
          {...(several ? { rows: 2 } : {})}
        />
      );
  }
}
