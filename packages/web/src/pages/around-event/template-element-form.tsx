import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { describeTypesQuery, objectTemplateQuery, objectTemplatesQuery } from '../../api/attributes.ts';
import { CheckField, ChoiceField, TextField } from '../../components/fields.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { type DraftElement, elementTypes } from './template-draft.ts';

type Body = DraftElement['body'];

interface ElementProps {
  readonly element: DraftElement;
  readonly others: readonly DraftElement[];
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onBody: (body: Body) => void;
  readonly onRename: (id: string) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const linesText = (value: unknown): string => (Array.isArray(value) ? value.map(textOf).join('\n') : textOf(value));
const partOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** One element of a template, with what belongs to its kind. */
export function TemplateElementForm(props: ElementProps) {
  const t = useT();
  const { element, others, onBody } = props;
  const { body, type, id } = element;
  const known = elementTypes.find((name) => name === type);
  const put = (name: string) => (value: unknown) => onBody({ ...body, [name]: value });
  const sections = others.filter((other) => other.type === 'section' && other.key !== element.key);
  const isLabelled = type !== 'text_block' && type !== 'object_reference';
  const takesValues = isLabelled && type !== 'section';
  return (
    <fieldset className="panel-box" style={{ display: 'grid', gap: 10 }}>
      <legend>
        {known === undefined ? type : t(`templateElement.${known}`)} <span className="mono">{id}</span>
      </legend>
      <div className="form-row" style={{ alignItems: 'end' }}>
        {isLabelled && (
          <TextField label={t('eventTemplate.label')} value={textOf(body.label)} onChange={put('label')} required />
        )}
        <TextField label={t('eventTemplate.id')} value={id} onChange={props.onRename} mono />
        {type !== 'section' && sections.length > 0 && (
          <ChoiceField
            label={t('eventTemplate.section')}
            value={textOf(body.parent)}
            choices={[
              { value: '', label: t('eventTemplate.noSection') },
              ...sections.map((section) => ({ value: section.id, label: textOf(section.body.label) || section.id })),
            ]}
            onChange={put('parent')}
          />
        )}
        <span style={{ display: 'inline-flex', gap: 4 }}>
          <Tool icon="up" label={t('eventTemplate.up')} disabled={props.isFirst} onClick={() => props.onMove(-1)} />
          <Tool icon="down" label={t('eventTemplate.down')} disabled={props.isLast} onClick={() => props.onMove(1)} />
          <Tool icon="trash" label={t('eventTemplate.removeElement', { name: id })} onClick={props.onRemove} />
        </span>
      </div>
      <KindFields element={element} others={others} put={put} />
      {takesValues && (
        <TextField label={t('field.description')} value={textOf(body.description)} onChange={put('description')} />
      )}
      {takesValues && (
        <div className="form-row">
          <CheckField
            label={t('eventTemplate.mandatory')}
            value={body.mandatory === true}
            onChange={put('mandatory')}
          />
          {type !== 'file_field' && (
            <CheckField
              label={t('eventTemplate.several')}
              value={body.repeatable === true || body.multiple === true}
              onChange={put(type === 'tag_field' || type === 'galaxy_field' ? 'multiple' : 'repeatable')}
            />
          )}
        </div>
      )}
    </fieldset>
  );
}

function Tool(props: {
  readonly icon: IconName;
  readonly label: string;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <ActionIcon
      variant="default"
      size={32}
      disabled={props.disabled === true}
      title={props.label}
      aria-label={props.label}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </ActionIcon>
  );
}

interface KindProps {
  readonly element: DraftElement;
  readonly others: readonly DraftElement[];
  readonly put: (name: string) => (value: unknown) => void;
}

function KindFields({ element, others, put }: KindProps) {
  const t = useT();
  const { type, body } = element;
  switch (type) {
    case 'text_block':
      return (
        <TextField label={t('eventTemplate.content')} value={textOf(body.content)} onChange={put('content')} rows={2} />
      );
    case 'attribute_field':
      return <AttributeFields misp={partOf(body.misp)} onChange={put('misp')} />;
    case 'object_field':
      return <ObjectFields body={body} put={put} />;
    case 'tag_field':
    case 'galaxy_field': {
      const name = type === 'tag_field' ? 'restrict_taxonomies' : 'restrict_galaxy_types';
      return (
        <TextField
          label={t(type === 'tag_field' ? 'eventTemplate.taxonomies' : 'eventTemplate.galaxies')}
          description={t('eventTemplate.restrictText')}
          value={linesText(body[name])}
          // Blank lines stay while somebody types; they are taken out when the template is used and stored.
          onChange={(text) => put(name)(text.includes('\n') ? text.split('\n') : text === '' ? [] : [text])}
          rows={1}
          mono
        />
      );
    }
    case 'file_field':
      return (
        <ChoiceField
          label={t('eventTemplate.fileAs')}
          value={textOf(body.as) || 'attachment'}
          choices={['attachment', 'malware-sample'].map((value) => ({ value, label: value }))}
          onChange={put('as')}
        />
      );
    case 'object_reference':
      return <ReferenceFields body={body} others={others} put={put} />;
    default:
      return null;
  }
}

function ReferenceFields({ body, others, put }: Omit<KindProps, 'element'> & { readonly body: Body }) {
  const t = useT();
  const ends = (types: readonly string[]) => [
    { value: '', label: '' },
    ...others.filter(({ type }) => types.includes(type)).map(({ id }) => ({ value: id, label: id })),
  ];
  return (
    <div className="form-row">
      <ChoiceField
        label={t('eventTemplate.from')}
        value={textOf(body.from)}
        choices={ends(['object_field'])}
        onChange={put('from')}
        required
      />
      <TextField
        label={t('eventTemplate.relationship')}
        value={textOf(body.relationship_type)}
        onChange={put('relationship_type')}
        required
      />
      <ChoiceField
        label={t('eventTemplate.to')}
        value={textOf(body.to)}
        choices={ends(['object_field', 'attribute_field'])}
        onChange={put('to')}
        required
      />
    </div>
  );
}

function AttributeFields(props: { readonly misp: Body; readonly onChange: (misp: Body) => void }) {
  const t = useT();
  const { misp, onChange } = props;
  const { data: described } = useQuery(describeTypesQuery());
  const category = textOf(misp.category);
  const ofCategory = described?.category_type_mappings[category] ?? described?.types ?? [];
  const put = (name: string) => (value: unknown) => onChange({ ...misp, [name]: value });
  return (
    <>
      <div className="form-row">
        <PickField
          label={t('attribute.category')}
          value={category}
          choices={(described?.categories ?? []).map((value) => ({ value, label: value }))}
          onChange={(value) => onChange({ ...misp, category: value })}
          required
        />
        <PickField
          label={t('attribute.type')}
          value={textOf(misp.type)}
          choices={ofCategory.map((value) => ({ value, label: value }))}
          onChange={(value) => {
            const usual = described?.sane_defaults[value]?.default_category;
            onChange({ ...misp, type: value, category: category === '' ? usual : category });
          }}
          required
        />
      </div>
      <div className="form-row">
        <TextField
          label={t('eventTemplate.defaultValue')}
          value={textOf(misp.default_value)}
          onChange={put('default_value')}
          mono
        />
        <TextField
          label={t('attribute.comment')}
          value={textOf(misp.comment_template)}
          onChange={put('comment_template')}
        />
      </div>
      <CheckField label={t('attribute.ids')} value={misp.to_ids_default === true} onChange={put('to_ids_default')} />
    </>
  );
}

/** The object template that the objects follow, and which of its relations are asked for. */
function ObjectFields({ body, put }: { readonly body: Body; readonly put: KindProps['put'] }) {
  const t = useT();
  const chosen = partOf(body.object_template);
  const { data: templates = [] } = useQuery(objectTemplatesQuery());
  const template = templates.find(({ uuid }) => uuid === chosen.uuid);
  const { data: view } = useQuery(objectTemplateQuery(template?.id ?? ''));
  const relations = (Array.isArray(body.relations) ? body.relations : []).map(partOf);
  const find = (name: string) => relations.find((relation) => relation.object_relation === name);
  const setRelation = (name: string, relation: Body | null) => {
    const others = relations.filter((other) => other.object_relation !== name);
    put('relations')(relation === null ? others : [...others, { ...relation, object_relation: name }]);
  };
  return (
    <>
      <PickField
        label={t('eventTemplate.objectTemplate')}
        value={template?.uuid ?? ''}
        choices={templates.map(({ uuid, name }) => ({ value: uuid, label: name }))}
        onChange={(uuid) => {
          const found = templates.find((one) => one.uuid === uuid);
          if (found === undefined) return;
          put('object_template')({ uuid, name: found.name, minimum_version: Number(found.version) });
        }}
        required
      />
      {view !== undefined && (
        <fieldset className="panel-box" style={{ maxHeight: 280, overflowY: 'auto' }}>
          <legend>{t('eventTemplate.relations')}</legend>
          {view.ObjectTemplateElement.map(({ object_relation: name }) => {
            const relation = find(name);
            return (
              <div key={name} style={{ display: 'flex', gap: 16 }}>
                <CheckField
                  label={name}
                  value={relation !== undefined}
                  onChange={(isAsked) => setRelation(name, isAsked ? {} : null)}
                />
                {relation !== undefined && (
                  <CheckField
                    label={t('eventTemplate.mandatory')}
                    value={relation.mandatory === true}
                    onChange={(mandatory) => setRelation(name, { ...relation, mandatory })}
                  />
                )}
              </div>
            );
          })}
        </fieldset>
      )}
    </>
  );
}
