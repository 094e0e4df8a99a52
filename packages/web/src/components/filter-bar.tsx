import { ActionIcon } from '@mantine/core';
import { useId, useRef, useState } from 'react';
import { useT } from '../i18n/i18n.tsx';
import styles from './filter-bar.module.css';
import { FilterPill } from './filter-pill.tsx';
import { type FilterField, type FilterToken, readTokens, splitTyped, writeTokens } from './filter-tokens.ts';
import { Icon } from './icon.tsx';
import { type Suggestion, useSuggestions } from './use-suggestions.ts';

interface FilterBarProps {
  readonly label: string;
  readonly placeholder: string;
  readonly fields: readonly FilterField[];
  /** Parameter that free words go to. */
  readonly freeParameter: string;
  readonly search: Readonly<Record<string, string>>;
  readonly onChange: (changes: Record<string, string | undefined>) => void;
}

/** A word before a colon that is no scheme of an address. */
const unknownField = (text: string): string | undefined => {
  const name = /^-?([\p{L}_]+):/u.exec(text.normalize('NFKC'))?.[1];
  return name === undefined || /^(https?|hxxps?|ftp|fxp)$/i.test(name) ? undefined : name;
};

/** The one filter bar: tokens `field:value`, `-` negates, several of one field mean "or", free words search all. */
export function FilterBar(props: FilterBarProps) {
  const t = useT();
  const id = useId();
  const { fields } = props;
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const [opened, setOpened] = useState(false);
  const [cursor, setCursor] = useState(-1);
  const parameters = [...fields.map((field) => field.parameter), props.freeParameter];
  const tokens = readTokens(props.search, parameters);
  const typed = splitTyped(
    text,
    fields.map((field) => field.name),
  );
  const field = fields.find((entry) => entry.name === typed.field);
  const suggestions = useSuggestions(fields, field, text, typed.value);
  const shown = opened && (suggestions.length > 0 || field?.example !== undefined);

  const save = (next: readonly FilterToken[]) => props.onChange(writeTokens(next, parameters));

  function type(next: string) {
    setText(next);
    setError(undefined);
    setCursor(-1);
    setOpened(true);
  }

  function add(parameter: string, value: string, negated: boolean) {
    type('');
    setOpened(false);
    const isThere = tokens.some(
      (token) => token.parameter === parameter && token.value === value && token.negated === negated,
    );
    if (!isThere) save([...tokens, { parameter, value, negated }]);
  }

  /** Takes what is typed as a token, or says why it is none. */
  function commit() {
    if (typed.value === '') return;
    const unknown = unknownField(text);
    if (field === undefined) {
      if (unknown !== undefined) setError(t('filter.unknown', { name: unknown }));
      else add(props.freeParameter, typed.value, false);
      return;
    }
    const wanted = typed.value.toLowerCase();
    const choice = field.choices?.find(({ value, label }) => value === typed.value || label.toLowerCase() === wanted);
    if (field.choices !== undefined && choice === undefined) {
      setError(t('filter.badValue', { name: field.name, value: typed.value }));
    } else add(field.parameter, choice?.value ?? typed.value, typed.negated);
  }

  function take(suggestion: Suggestion) {
    if (field !== undefined) add(field.parameter, suggestion.value, typed.negated);
    else type(`${text.startsWith('-') ? '-' : ''}${suggestion.value}`);
    input.current?.focus();
  }

  function onKeyDown(event: React.KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const chosen = suggestions[cursor];
    if (event.key === 'ArrowDown') setCursor(Math.min(cursor + 1, suggestions.length - 1));
    else if (event.key === 'ArrowUp') setCursor(Math.max(cursor - 1, -1));
    else if (event.key === 'Enter') chosen === undefined ? commit() : take(chosen);
    else if (event.key === 'Escape' && shown) setOpened(false);
    else if (event.key === 'Backspace' && text === '') save(tokens.slice(0, -1));
    else return;
    if (event.key !== 'Backspace') event.preventDefault();
    if (event.key.startsWith('Arrow')) setOpened(true);
  }

  return (
    <div className={styles.bar}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a click beside the tokens only moves the focus into the input */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the input itself is reached by Tab */}
      <div className={styles.box} data-error={error !== undefined} onClick={() => input.current?.focus()}>
        <Icon name="filter" size={14} />
        {tokens.map((token) => (
          <FilterPill
            key={`${token.parameter} ${token.negated} ${token.value}`}
            token={token}
            field={fields.find((entry) => entry.parameter === token.parameter)}
            onRemove={() => save(tokens.filter((other) => other !== token))}
          />
        ))}
        <input
          ref={input}
          id="filter-input"
          className={styles.input}
          value={text}
          role="combobox"
          aria-label={props.label}
          aria-expanded={shown}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={cursor >= 0 ? `${id}-${cursor}` : undefined}
          aria-invalid={error !== undefined}
          aria-describedby={error === undefined ? undefined : `${id}-error`}
          autoComplete="off"
          spellCheck={false}
          placeholder={tokens.length === 0 ? props.placeholder : ''}
          onFocus={() => setOpened(true)}
          onBlur={() => setOpened(false)}
          onChange={(event) => type(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div id={`${id}-list`} role="listbox" aria-label={props.label} className={styles.list} hidden={!shown}>
          {field?.example !== undefined && typed.value === '' && (
            <div className={styles.hint}>{t('filter.example', { example: `${field.name}:${field.example}` })}</div>
          )}
          {suggestions.map((suggestion, index) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the input
            // biome-ignore lint/a11y/useKeyWithClickEvents: Enter in the input takes the active option
            <div
              key={suggestion.value}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === cursor}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <span className={suggestion.isField ? 'mono' : undefined}>
                {suggestion.isField ? suggestion.value : suggestion.label}
              </span>
              {suggestion.isField && <span className="muted">{suggestion.label}</span>}
            </div>
          ))}
        </div>
      </div>
      {error !== undefined && (
        <div id={`${id}-error`} role="alert" className={styles.error}>
          {error}
        </div>
      )}
      {tokens.length > 0 && (
        <ActionIcon onClick={() => save([])} aria-label={t('filter.clear')} title={t('filter.clear')}>
          <Icon name="close" />
        </ActionIcon>
      )}
    </div>
  );
}
