// Runs before the first paint so that a dark screen never flashes white.
// Kept apart from the bundle: a module script would run too late, an inline one is forbidden by the page's policy.
(() => {
  let stored = {};
  try {
    stored = JSON.parse(localStorage.getItem('magpie.preferences') || '{}') || {};
  } catch {
    stored = {};
  }
  const dark =
    stored.theme === 'dark' || (stored.theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  const root = document.documentElement;
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
  root.setAttribute('data-density', typeof stored.density === 'string' ? stored.density : 'compact');
})();
