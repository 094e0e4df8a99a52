import { Icon } from '../../components/icon.tsx';
import { iconOfType } from '../../components/type-icon.ts';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

/** A thing on a pivot: a value, attribute, event, tag or cluster. */
export interface PivotElement {
  readonly kind: string;
  readonly id?: string;
  readonly uuid?: string;
  readonly value?: string;
  readonly type?: string;
  readonly info?: string;
  readonly name?: string;
  readonly date?: string;
  readonly Event?: { readonly id: string; readonly info: string };
}

/** Its name, leading to its page, and a way to pivot on from it. */
export function PivotLink({ element }: { readonly element: PivotElement }) {
  const { kind, id = '', value = '', info = '', name = '' } = element;
  if (kind === 'event') {
    return (
      <>
        <Icon name="events" size={14} />{' '}
        <AppLink to={paths.event(id)}>
          <bdi>{info}</bdi>
        </AppLink>{' '}
        <AppLink className="muted" to={paths.pivotFrom('event', id)} aria-label={`→ ${info}`}>
          ⤳
        </AppLink>
      </>
    );
  }
  if (kind === 'attribute' || kind === 'value') {
    return (
      <>
        <Icon name={iconOfType(element.type ?? 'text')} size={14} />{' '}
        <AppLink className="mono" to={paths.pivotFrom('value', value)}>
          <bdi>{value}</bdi>
        </AppLink>{' '}
        {element.Event !== undefined && (
          <AppLink className="muted" to={paths.eventAt(element.Event.id, element.uuid ?? '')}>
            <bdi>{element.Event.info}</bdi>
          </AppLink>
        )}
      </>
    );
  }
  return (
    <>
      <Icon name={kind === 'cluster' ? 'knowledge' : 'tag'} size={14} />{' '}
      <AppLink to={paths.pivotFrom('tag', name)}>
        <bdi>{name || value}</bdi>
      </AppLink>
    </>
  );
}
