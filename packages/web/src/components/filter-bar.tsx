import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';
import { ActionIcon, Combobox, PillsInput, useCombobox } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import type { Choice } from './fields.tsx';
import styles from './filter-bar.module.css';
import { type FilterToken, readTokens, splitTyped, writeTokens } from './filter-tokens.ts';
import { Icon } from './icon.tsx';

export interface FilterField {
  /** Name typed before the colon. */
  readonly name: string;
  readonly parameter: string;
  readonly label: string;
  /** Fixed choices, or choices found for what is typed; without it any text is a value. */
  readonly choices?: readonly Choice[];
  readonly find?: (text: string) => Promise<readonly Choice[]>;
  /** An example value, shown while the value is empty. */
  readonly example?: string;
}

interface FilterBarProps {
  readonly label: string;
  readonly placeholder: string;
  readonly fields: readonly FilterField[];
  /** Parameter that free words go to. */
  readonly freeParameter: string;
  readonly search: Readonly<Record<string, string>>;
  readonly onChange: (changes: Record<string, string | undefined>) => void;
}

interface Option extends Choice {
  /** Completing a field name keeps the input open for the value. */
  readonly completes: boolean;
}

/** Choices of a field for what is typed, asked from the server after a pause. */
function useFoundChoices(field: FilterField | undefined, text: string): readonly Choice[] {
  const [found, setFound] = useState<readonly Choice[]>([]);
  useEffect(() => {
    setFound([]);
    const find = field?.find;
    if (find === undefined) return;
    let current = true;
    const timer = setTimeout(() => {
      find(text).then(
        (choices) => current && setFound(choices),
        // Suggestions are a convenience: without them the value can still be typed.
        () => current && setFound([]),
      );
    }, 120);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [field, text]);
  return found;
}

/** The one filter bar: tokens `field:value`, `-` negates, several of one field mean "or", free words search all. */
export function FilterBar(props: FilterBarProps) {
  const t = useT();
  const { fields } = props;
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const parameters = [...fields.map((field) => field.parameter), props.freeParameter];
  const tokens = readTokens(props.search, parameters);
  const typed = splitTyped(
    text,
    fields.map((field) => field.name),
  );
  const field = fields.find((entry) => entry.name === typed.field);
  const found = useFoundChoices(field, typed.value);

  const save = (next: readonly FilterToken[]) => props.onChange(writeTokens(next, parameters));
  const labelOf = (token: FilterToken) => {
    const owner = fields.find((entry) => entry.parameter === token.parameter);
    const value = owner?.choices?.find((choice) => choice.value === token.value)?.label ?? token.value;
    return { name: owner?.name, value };
  };

  function add(parameter: string, value: string, negated: boolean) {
    setText('');
    setError(undefined);
    if (tokens.some((token) => token.parameter === parameter && token.value === value && token.negated === negated))
      return;
    save([...tokens, { parameter, value, negated }]);
  }

  /** Takes what is typed as a token, or says why it is none. */
  function commit() {
    if (typed.value === '') return;
    const unknown = /^-?([\p{L}_]+):/u.exec(text.normalize('NFKC'))?.[1];
    if (field === undefined) {
      if (unknown !== undefined && !/^(https?|hxxps?|ftp)$/i.test(unknown))
        return setError(t('filter.unknown', { name: unknown }));
      return add(props.freeParameter, typed.value, false);
    }
    const choice = field.choices?.find(
      ({ value, label }) => value === typed.value || label.toLowerCase() === typed.value.toLowerCase(),
    );
    if (field.choices !== undefined && choice === undefined)
      return setError(t('filter.badValue', { name: field.name, value: typed.value }));
    return add(field.parameter, choice?.value ?? typed.value, typed.negated);
  }

  const options: Option[] =
    field === undefined
      ? fields
          .filter((entry) => entry.name.toLowerCase().includes(text.replace(/^-/, '').toLowerCase()))
          .map((entry) => ({ value: `${entry.name}:`, label: entry.label, completes: true }))
      : [...(field.choices ?? []), ...found]
          .filter((choice) => `${choice.label} ${choice.value}`.toLowerCase().includes(typed.value.toLowerCase()))
          .slice(0, 30)
          .map((choice) => ({ ...choice, completes: false }));

  function submitOption(value: string) {
    if (field !== undefined) return add(field.parameter, value, typed.negated);
    setText(`${text.startsWith('-') ? '-' : ''}${value}`);
    input.current?.focus();
    combobox.openDropdown();
    return undefined;
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && combobox.getSelectedOptionIndex() === -1) {
      event.preventDefault();
      commit();
    } else if (event.key === 'Backspace' && text === '') save(tokens.slice(0, -1));
  }

  return (
    <div className={styles.bar}>
      <Combobox store={combobox} onOptionSubmit={submitOption} width={320} position="bottom-start">
        <Combobox.DropdownTarget>
          <PillsInput
            size="xs"
            error={error}
            leftSection={<Icon name="filter" size={14} />}
            onClick={() => combobox.openDropdown()}
          >
            <div className={styles.tokens}>
              {tokens.map((token) => {
                const { name, value } = labelOf(token);
                return (
                  <span
                    key={`${token.parameter} ${token.negated} ${token.value}`}
                    className={styles.token}
                    data-negated={token.negated}
                  >
                    <bdi>
                      {token.negated && '−'}
                      {name !== undefined && <span className="muted">{name}:</span>}
                      {value}
                    </bdi>
                    <button
                      type="button"
                      aria-label={t('filter.remove', { token: `${name ?? ''} ${value}` })}
                      onClick={(event) => {
                        event.stopPropagation();
                        save(tokens.filter((other) => other !== token));
                      }}
                    >
                      <Icon name="close" size={12} />
                    </button>
                  </span>
                );
              })}
              <Combobox.EventsTarget>
                <PillsInput.Field
                  ref={input}
                  id="filter-input"
                  value={text}
                  aria-label={props.label}
                  placeholder={tokens.length === 0 ? props.placeholder : ''}
                  onFocus={() => combobox.openDropdown()}
                  onBlur={() => combobox.closeDropdown()}
                  onChange={(event) => {
                    setText(event.currentTarget.value);
                    setError(undefined);
                    combobox.openDropdown();
                    combobox.resetSelectedOption();
                  }}
                  onKeyDown={onKeyDown}
                />
              </Combobox.EventsTarget>
            </div>
          </PillsInput>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown hidden={options.length === 0 && field?.example === undefined}>
          {field?.example !== undefined && typed.value === '' && (
            <Combobox.Header>{t('filter.example', { example: `${field.name}:${field.example}` })}</Combobox.Header>
          )}
          <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={props.label}>
            {options.map((option) => (
              <Combobox.Option key={option.value} value={option.value} className={styles.option}>
                <span className={option.completes ? 'mono' : undefined}>
                  {option.completes ? option.value : option.label}
                </span>
                {option.completes && <span className="muted">{option.label}</span>}
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {tokens.length > 0 && (
        <ActionIcon onClick={() => save([])} aria-label={t('filter.clear')} title={t('filter.clear')}>
          <Icon name="close" />
        </ActionIcon>
      )}
    </div>
  );
}
