import { ActionIcon, Button } from '@mantine/core';
import { ChoiceField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { WordsField } from '../../components/words-field.tsx';
import { useT } from '../../i18n/i18n.tsx';
import {
  emptyGroup,
  type RuleCondition,
  type RuleGroup,
  type RuleJoin,
  type RuleSelector,
  ruleSelectors,
} from './blueprint-rules.ts';
import styles from './rule-group-fields.module.css';

/** What is offered for each field, and the names under which values that are ids or UUIDs are shown. */
export interface RuleWords {
  readonly suggestions: (selector: RuleSelector) => readonly string[];
  readonly names: Readonly<Partial<Record<RuleSelector, ReadonlyMap<string, string>>>>;
}

interface RowsProps {
  readonly conditions: readonly RuleCondition[];
  readonly words: RuleWords;
  /** Whether conditions without a value are to be marked. */
  readonly isChecked: boolean;
  readonly onChange: (conditions: readonly RuleCondition[]) => void;
}

const unused = (conditions: readonly RuleCondition[], own?: RuleSelector): readonly RuleSelector[] =>
  ruleSelectors.filter((name) => name === own || !conditions.some(({ selector }) => selector === name));

function ConditionRows({ conditions, words, isChecked, onChange }: RowsProps) {
  const t = useT();
  const change = (index: number, next: RuleCondition) =>
    onChange(conditions.map((condition, place) => (place === index ? next : condition)));
  return conditions.map((condition, index) => {
    const { selector, values } = condition;
    const names = words.names[selector];
    const keys = new Map([...(names ?? [])].map(([key, name]) => [name, key]));
    const label = t(`rule.by.${selector}`);
    return (
      <div key={selector} className={styles.row}>
        <ChoiceField
          label={t('rule.field')}
          hideLabel
          value={selector}
          choices={unused(conditions, selector).map((name) => ({ value: name, label: t(`rule.by.${name}`) }))}
          onChange={(name) => {
            const chosen = ruleSelectors.find((known) => known === name);
            if (chosen !== undefined) change(index, { selector: chosen, values: [] });
          }}
        />
        <WordsField
          label={t('rule.oneOf', { field: label })}
          value={values.map((value) => names?.get(value) ?? value)}
          suggestions={names === undefined ? words.suggestions(selector) : [...names.values()]}
          error={isChecked && values.length === 0 ? t('form.required') : undefined}
          onChange={(shown) => change(index, { selector, values: shown.map((name) => keys.get(name) ?? name) })}
        />
        <ActionIcon
          variant="default"
          aria-label={t('rule.remove', { field: label })}
          title={t('rule.remove', { field: label })}
          onClick={() => onChange(conditions.filter((_, place) => place !== index))}
        >
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
    );
  });
}

const withNext = (conditions: readonly RuleCondition[]): readonly RuleCondition[] => {
  const [selector] = unused(conditions);
  return selector === undefined ? conditions : [...conditions, { selector, values: [] }];
};

const other = (join: RuleJoin): RuleJoin => (join === 'OR' ? 'AND' : 'OR');

interface GroupProps {
  readonly group: RuleGroup;
  readonly words: RuleWords;
  readonly isChecked: boolean;
  /** Joins it may have: a group holds at most one further group of each. */
  readonly joins: readonly RuleJoin[];
  readonly onChange: (group: RuleGroup) => void;
  /** Left out for the outermost group. */
  readonly onRemove?: () => void;
}

/** One group of rules, put together field by field; groups inside it are drawn the same way. */
export function RuleGroupFields({ group, words, isChecked, joins, onChange, onRemove }: GroupProps) {
  const t = useT();
  const { join, conditions, groups, exceptions } = group;
  const freeJoins = (own?: RuleJoin) =>
    [other(join), join].filter((name) => name === own || !groups.some((inner) => inner.join === name));
  const [nextJoin] = freeJoins();
  const isFull = unused(conditions).length === 0;
  return (
    <fieldset className={styles.group}>
      <legend className="visually-hidden">{t(`rule.join.${join}`)}</legend>
      <div className={styles.head}>
        <ChoiceField
          label={t('rule.join')}
          hideLabel
          value={join}
          choices={joins.map((name) => ({ value: name, label: t(`rule.join.${name}`) }))}
          onChange={(name) => onChange({ ...group, join: name === 'AND' ? 'AND' : 'OR' })}
        />
        {onRemove !== undefined && (
          <ActionIcon
            variant="default"
            aria-label={t('rule.removeGroup')}
            title={t('rule.removeGroup')}
            onClick={onRemove}
          >
            <Icon name="trash" size={14} />
          </ActionIcon>
        )}
      </div>
      <ConditionRows
        conditions={conditions}
        words={words}
        isChecked={isChecked}
        onChange={(next) => onChange({ ...group, conditions: next })}
      />
      {groups.map((inner) => (
        <RuleGroupFields
          key={inner.join}
          group={inner}
          words={words}
          isChecked={isChecked}
          joins={freeJoins(inner.join)}
          onChange={(next) => onChange({ ...group, groups: groups.map((one) => (one === inner ? next : one)) })}
          onRemove={() => onChange({ ...group, groups: groups.filter((one) => one !== inner) })}
        />
      ))}
      {exceptions.length > 0 && <p className={styles.except}>{t('rule.except')}</p>}
      <ConditionRows
        conditions={exceptions}
        words={words}
        isChecked={isChecked}
        onChange={(next) => onChange({ ...group, exceptions: next })}
      />
      <div className={styles.add}>
        <Button
          variant="default"
          size="compact-xs"
          disabled={isFull}
          onClick={() => onChange({ ...group, conditions: withNext(conditions) })}
        >
          {t('rule.addCondition')}
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          disabled={nextJoin === undefined}
          onClick={() => nextJoin !== undefined && onChange({ ...group, groups: [...groups, emptyGroup(nextJoin)] })}
        >
          {t('rule.addGroup')}
        </Button>
        <Button
          variant="default"
          size="compact-xs"
          disabled={unused(exceptions).length === 0}
          onClick={() => onChange({ ...group, exceptions: withNext(exceptions) })}
        >
          {t('rule.addException')}
        </Button>
      </div>
    </fieldset>
  );
}
