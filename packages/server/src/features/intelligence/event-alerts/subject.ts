import { choiceName, threatLevels } from '@magpie/model';
import type { Magpie } from '../../../context.ts';

const LONG_INFO = 58;
const SHORT_INFO = 55;

/** `TLP:AMBER`: the marking of an event by its tags, as subjects show it. */
export function subjectMarking({ settings }: Pick<Magpie, 'settings'>, tags: readonly string[]): string {
  const namespace = settings.get('MISP.email_subject_tag');
  const tag = tags.find((name) => name.startsWith(`${namespace}:`) || name.startsWith(`${namespace}=`));
  if (tag === undefined) return settings.get('MISP.email_subject_TLP_string').toUpperCase();
  if (settings.get('MISP.email_subject_include_tag_name')) return tag.toUpperCase();
  return tag
    .slice(namespace.length + 1)
    .replaceAll(/^"|"$/g, '')
    .toUpperCase();
}

/** The subject of a publish alert. What the event is about stands there only where the setting allows it. */
export function alertSubject(
  magpie: Magpie,
  event: { id: number; info: string; threat_level_id: number },
  tags: readonly string[],
): string {
  const { settings } = magpie;
  const info = event.info.length > LONG_INFO ? `${event.info.slice(0, SHORT_INFO)}...` : event.info;
  return [
    `${magpie.mail.prefix} Event ${event.id}`,
    ...(settings.get('MISP.extended_alert_subject') ? [info] : []),
    ...(settings.get('MISP.threatlevel_in_email_subject')
      ? [choiceName(threatLevels, event.threat_level_id) ?? '']
      : []),
    subjectMarking(magpie, tags),
  ].join(' - ');
}
