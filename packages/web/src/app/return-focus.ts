import { useEffect } from 'react';

const isDialog = (node: Node): boolean =>
  node instanceof Element && (node.matches('[role="dialog"]') || node.querySelector('[role="dialog"]') !== null);

/**
 * Gives the focus back to where it was before a dialog opened. Dialogs here are unmounted as they close, and an element
 * that leaves the document takes the focus with it: without this a keyboard starts again at the top of the page.
 */
export function useReturnFocus(): void {
  useEffect(() => {
    let last: HTMLElement | undefined;
    function onFocus({ target }: FocusEvent) {
      if (target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"]') === null) last = target;
    }
    function restore() {
      const holder = document.activeElement;
      if (holder !== null && holder !== document.body) return;
      if (document.querySelector('[aria-modal="true"]') !== null) return;
      const target = last?.isConnected === true ? last : document.getElementById('main');
      target?.focus({ preventScroll: true });
    }
    const observer = new MutationObserver((records) => {
      for (const { addedNodes, removedNodes } of records) {
        // Dialogs stand in portals of their own beside the page: only these are looked at.
        for (const node of addedNodes) if (node instanceof Element && node.id !== 'root') watch(node);
        if ([...removedNodes].some(isDialog)) setTimeout(restore);
      }
    });
    const watch = (node: Element) => observer.observe(node, { childList: true });
    watch(document.body);
    for (const child of document.body.children) if (child.id !== 'root') watch(child);
    document.addEventListener('focusin', onFocus);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', onFocus);
    };
  }, []);
}
