import { AppLink } from '../routing/app-link.tsx';
import './list-parts.css';

/** Links between the parts of one page, each with an address of its own. */
export function TabRow(props: {
  readonly label: string;
  readonly tabs: readonly { readonly path: string; readonly label: string; readonly active: boolean }[];
}) {
  return (
    <nav className="tab-row" aria-label={props.label}>
      {props.tabs.map((tab) => (
        <AppLink key={tab.path} to={tab.path} aria-current={tab.active ? 'page' : undefined}>
          {tab.label}
        </AppLink>
      ))}
    </nav>
  );
}
