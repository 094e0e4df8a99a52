import { Drawer, Input } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { organisationsQuery, sharingGroupsQuery } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import { SwitchField, TextField } from '../../components/fields.tsx';
import { FormBody } from '../../components/form-body.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import {
  asksForGroups,
  emptyGroup,
  isUnfinished,
  type RuleGroup,
  readRules,
  selects,
  valuesOf,
  writeRules,
} from './blueprint-rules.ts';
import { RuleGroupFields, type RuleWords } from './rule-group-fields.tsx';

/** A rule by which a sharing group gets its members. */
export interface Blueprint {
  readonly id: string;
  readonly name: string;
  readonly sharing_group_id: string | null;
  readonly rules: string;
}

const firstRules: RuleGroup = { ...emptyGroup('OR'), conditions: [{ selector: 'org_sector', values: [] }] };

interface Named {
  readonly id: string;
  readonly uuid: string;
  readonly name: string;
}

const namesBy = (key: 'id' | 'uuid', rows: readonly Named[]) => new Map(rows.map((row) => [row[key], row.name]));

/** A blueprint: its name and its rules, put together field by field or written as MISP's JSON. */
export function BlueprintForm(props: {
  readonly blueprint?: Blueprint;
  readonly onClose: () => void;
  readonly onSaved: (name: string) => Promise<unknown>;
}) {
  const t = useT();
  const { blueprint } = props;
  const { data: organisations } = useQuery(organisationsQuery('all'));
  const { data: groupRows = [] } = useQuery(sharingGroupsQuery());
  const groups = groupRows.map((row) => row.SharingGroup);
  const stored = blueprint === undefined ? firstRules : readRules(blueprint.rules);
  // Rules that cannot be put together here are shown as they are.
  const [asJson, setAsJson] = useState(stored === undefined);
  const [isChecked, setIsChecked] = useState(false);
  const form = useForm<{ readonly name: string; readonly rules: string; readonly group: RuleGroup }>({
    initial: {
      name: blueprint?.name ?? '',
      rules: blueprint?.rules ?? writeRules(firstRules),
      group: stored ?? firstRules,
    },
    check({ name, rules, group }) {
      setIsChecked(true);
      const isMissing = asJson ? rules.trim() === '' : isUnfinished(group);
      return {
        ...(name.trim() === '' ? { name: t('form.required') } : {}),
        ...(isMissing ? { rules: t(asJson ? 'form.required' : 'rule.unfinished') } : {}),
      };
    },
    async save({ name, rules, group }) {
      const path = blueprint === undefined ? 'add' : `edit/${blueprint.id}`;
      await post(`/sharing_group_blueprints/${path}`, {
        SharingGroupBlueprint: { name, rules: asJson ? rules : writeRules(group) },
      });
      await props.onSaved(name);
      props.onClose();
    },
  });
  const { values, set, errorOf } = form;
  const written = readRules(values.rules);
  const rules = asJson ? written : values.group;
  const words: RuleWords = {
    suggestions: (selector) => valuesOf(selector, organisations ?? []),
    names: {
      org_id: namesBy('id', organisations ?? []),
      org_uuid: namesBy('uuid', organisations ?? []),
      sharing_group_id: namesBy('id', groups),
      sharing_group_uuid: namesBy('uuid', groups),
    },
  };
  return (
    <Drawer
      opened
      onClose={props.onClose}
      position="right"
      size={640}
      title={blueprint === undefined ? t('blueprint.add') : blueprint.name}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <FormBody form={form} onCancel={props.onClose}>
        <TextField
          label={t('field.name')}
          value={values.name}
          error={errorOf('name')}
          required
          autoFocus
          onChange={(name) => set('name', name)}
        />
        <SwitchField
          label={t('rule.asJson')}
          description={asJson && written === undefined ? t('rule.onlyJson') : undefined}
          disabled={asJson && written === undefined}
          value={asJson}
          onChange={(on) => {
            if (on) set('rules', writeRules(values.group));
            else if (written !== undefined) set('group', written);
            setAsJson(on);
          }}
        />
        {asJson ? (
          <TextField
            label={t('blueprint.rules')}
            description={t('blueprint.rulesHelp')}
            rows={10}
            mono
            required
            value={values.rules}
            error={errorOf('rules')}
            onChange={(text) => set('rules', text)}
          />
        ) : (
          <>
            <RuleGroupFields
              group={values.group}
              words={words}
              isChecked={isChecked}
              joins={['OR', 'AND']}
              onChange={(group) => {
                set('group', group);
                set('rules', writeRules(group));
              }}
            />
            {errorOf('rules') !== undefined && <Input.Error role="alert">{errorOf('rules')}</Input.Error>}
          </>
        )}
        <p role="status" className="muted" style={{ margin: 0 }}>
          {rules !== undefined && organisations !== undefined && !isUnfinished(rules)
            ? asksForGroups(rules)
              ? t('rule.selectsLater')
              : t('blueprint.selects', { n: organisations.filter((one) => selects(rules, one)).length })
            : ''}
        </p>
      </FormBody>
    </Drawer>
  );
}
