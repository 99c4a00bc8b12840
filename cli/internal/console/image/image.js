// Updates the page of an image. The page is fetched again after each change of the key's
// uploads.
import { follow, part } from './live.js';

export const start = () => {
  const box = document.querySelector('[data-part=image]');
  const key = box.dataset.watch;
  const since = new Date(Date.now() - 5000).toISOString();
  const refresh = async ({ id, html, status }) => {
    // An event has no HTML if its key does not match the prefix below. The page already
    // shows the ids and statuses in data-known.
    if (!html || box.querySelector('[data-known]').dataset.known.includes(id + status)) return;
    try { box.replaceChildren(await part(location.href)); } catch { /* The image may be erased. Keep the page. */ }
  };
  follow(() => `/gallery/events?${new URLSearchParams({ prefix: key, since })}`, { card: refresh });
};
