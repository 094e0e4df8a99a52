import './list-parts.css';

/** How far something is, as a bar and as a number. */
export function Meter(props: {
  readonly percent: number;
  readonly label: string;
  readonly tone?: 'danger' | 'ok' | undefined;
  /** Shown instead of the percentage. */
  readonly text?: string;
}) {
  const percent = Math.max(0, Math.min(100, Math.round(props.percent)));
  return (
    <span className="meter" data-tone={props.tone}>
      <span role="progressbar" aria-label={props.label} aria-valuenow={percent} aria-valuemin={0} aria-valuemax={100}>
        <span style={{ width: `${percent}%` }} />
      </span>
      <span>{props.text ?? `${percent} %`}</span>
    </span>
  );
}
