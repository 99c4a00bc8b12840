// Updates the page of an execution live. The URL contains the selection, so the user can share
// the URL, and the back button of the browser works. The server renders the selection.
import { follow, part } from './live.js';
import { toast } from './copy.js';

const box = document.querySelector('[data-part=execution]');
let asked = 0;

const load = async (keep) => {
  const mine = ++asked;
  const [open, at, panel] = [box.querySelector('details')?.open, document.activeElement?.dataset?.state, box.querySelector('[data-panel]').scrollTop];
  try {
    const fresh = await part(location.href);
    if (mine !== asked) return; // The user has made another selection.
    if (open) fresh.querySelector('details').open = true;
    box.replaceChildren(fresh);
    if (keep) box.querySelector('[data-panel]').scrollTop = panel;
    if (at) box.querySelector(`[data-state="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
  } catch (problem) {
    toast(problem.message);
  }
};

export const start = () => {
  box.addEventListener('click', (event) => {
    const link = event.target.closest('[data-pick]');
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, '', link.getAttribute('href'));
    load(false);
  });
  addEventListener('popstate', () => load(false));
  const seen = () => box.querySelector('[data-seen]').dataset.seen; // rendered by the server
  follow(() => `/execution/events?${new URLSearchParams({ arn: box.dataset.arn, seen: seen() })}`, { changed: () => load(true) });
};
