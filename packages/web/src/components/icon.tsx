/** Our own drawn set: 24-unit strokes, one path string per sign. */
const paths = {
  home: 'M4 11 12 4l8 7v9h-5v-6h-6v6H4z',
  events: 'M5 4h14v16H5zM9 8h6M9 12h6M9 16h3',
  search: 'M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm5 12 5 5',
  knowledge: 'M4 5c3-1 6-1 8 1 2-2 5-2 8-1v13c-3-1-6-1-8 1-2-2-5-2-8-1zM12 6v13',
  sharing: 'M18 5a2.5 2.5 0 1 1 0 .1M6 12a2.5 2.5 0 1 1 0 .1M18 19a2.5 2.5 0 1 1 0 .1M8 11l7-4M8 13l7 4',
  automation: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v4M12 18v4M2 12h4M18 12h4M5 5l3 3M16 16l3 3M5 19l3-3M16 8l3-3',
  admin: 'M12 3 5 6v6c0 4 3 7 7 9 4-2 7-5 7-9V6zM9 12l2 2 4-4',
  plus: 'M12 5v14M5 12h14',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 13l4 4L19 7',
  down: 'M6 9l6 6 6-6',
  right: 'M9 6l6 6-6 6',
  left: 'M15 6l-6 6 6 6',
  up: 'M6 15l6-6 6 6',
  menu: 'M4 7h16M4 12h16M4 17h16',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  user: 'M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4 21c0-4 4-6 8-6s8 2 8 6',
  people: 'M9 5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7zM2 20c0-4 3-5 7-5s7 1 7 5M16 5a3.5 3.5 0 0 1 0 7M18 15c2 1 4 2 4 5',
  organisation: 'M4 20V8l8-4 8 4v12zM9 20v-5h6v5M8 11h.01M12 11h.01M16 11h.01',
  key: 'M8 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm3 1 9-9M16 7l3 3M13 10l2 2',
  settings: 'M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4M4 12h4M12 12h8M10 10v4',
  tag: 'M4 4h8l8 8-8 8-8-8zM8 8h.01',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
  house: 'M5 11l7-6 7 6v8H5zM10 19v-5h4v5',
  link: 'M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1',
  globe: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  inherit: 'M12 20V5M6 11l6-6 6 6',
  shield: 'M12 3 5 6v6c0 4 3 7 7 9 4-2 7-5 7-9V6z',
  warning: 'M12 4 2 20h20zM12 10v4M12 17h.01',
  info: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5M12 8h.01',
  edit: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10 11v5M14 11v5',
  copy: 'M8 8h12v12H8zM4 16V4h12',
  clipboard: 'M8 5H5v16h14V5h-3M8 3h8v4H8zM9 12h6M9 16h6',
  upload: 'M12 16V4M7 9l5-5 5 5M4 20h16',
  download: 'M12 4v12M7 11l5 5 5-5M4 20h16',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  hash: 'M9 4 7 20M17 4l-2 16M4 9h16M4 15h16',
  network: 'M12 4a2 2 0 1 1 0 .1M5 18a2 2 0 1 1 0 .1M19 18a2 2 0 1 1 0 .1M12 6v6M12 12l-6 5M12 12l6 5',
  mail: 'M3 6h18v12H3zM3 7l9 7 9-7',
  money: 'M3 7h18v10H3zM12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z',
  phone: 'M7 3h10v18H7zM11 18h2',
  bug: 'M8 9h8v6a4 4 0 0 1-8 0zM9 9a3 3 0 0 1 6 0M4 13h4M16 13h4M5 7l3 3M19 7l-3 3M5 20l3-3M19 20l-3-3',
  text: 'M5 6h14M5 10h14M5 14h9M5 18h6',
  rule: 'M8 4H5v16h3M16 4h3v16h-3M10 9h4M10 13h4',
  cube: 'M12 3l8 4.5v9L12 21l-8-4.5v-9zM4 7.5l8 4.5 8-4.5M12 12v9',
  publish: 'M4 12l16-8-6 16-3-6zM11 14l4-5',
  unpublish: 'M5 5l14 14M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18z',
  draft: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z',
  changed: 'M12 4a8 8 0 1 1 0 16zM12 4a8 8 0 0 0 0 16',
  sun: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5 19 19M5 19l1.5-1.5M17.5 6.5 19 5',
  moon: 'M19 14A8 8 0 0 1 10 4a8 8 0 1 0 9 10z',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  keyboard: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M8 14h8',
  exit: 'M14 4H5v16h9M10 12h11M17 8l4 4-4 4',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  panel: 'M4 5h16v14H4zM14 5v14',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  star: 'M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.7-5 2.7 1.1-5.5L4 9.7 9.6 9z',
  refresh: 'M20 12a8 8 0 1 1-2-5M20 4v4h-4',
} as const;

/** The signs there are. */
export type IconName = keyof typeof paths;

/** A sign; hidden from assistive technology unless it gets a `label`. */
export function Icon(props: {
  readonly name: IconName;
  readonly size?: number;
  readonly label?: string;
  readonly filled?: boolean;
}) {
  const size = props.size ?? 16;
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden as decoration
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={props.filled === true ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      className="icon"
      {...(props.label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': props.label })}
    >
      <path d={paths[props.name]} />
    </svg>
  );
}
