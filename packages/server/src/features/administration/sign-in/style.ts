/** The style of the pages before the web client: system fonts and colours in light and dark, nothing to load. */
export const signInStyle = `:root { color-scheme: light dark; --page: #f4f5f7; --card: #ffffff; --ink: #1b1f24; --line: #79818c;
  --quiet: #565d66; --action: #1f5fbf; --on-action: #ffffff; --alert: #a4161a; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14171b; --card: #1d2228; --ink: #e6e9ed; --line: #7d8794; --quiet: #a8b0ba; --action: #7fb0ff;
    --on-action: #0b1a30; --alert: #ff9d9d; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--page);
  color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 24rem; padding: 2rem; border-radius: 0.5rem; background: var(--card); }
h1 { margin: 0 0 1.25rem; font-size: 1.5rem; line-height: 1.2; }
.instance { margin: 0 0 0.25rem; color: var(--quiet); overflow-wrap: anywhere; }
.hint { color: var(--quiet); font-size: 0.875rem; }
.problem { margin: 0 0 1rem; padding: 0.5rem 0.75rem; border-left: 0.25rem solid var(--alert); color: var(--alert); }
pre.terms { max-height: 50vh; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
label { display: block; margin: 0 0 0.25rem; font-weight: 600; }
input:not([type="hidden"], [hidden]) { width: 100%; margin: 0 0 1rem; padding: 0.6rem 0.75rem; border: 1px solid var(--line);
  border-radius: 0.375rem; background: transparent; color: inherit; font: inherit; }
button { width: 100%; padding: 0.65rem 0.75rem; border: 0; border-radius: 0.375rem; background: var(--action);
  color: var(--on-action); font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid var(--action); outline-offset: 2px; }
`;
