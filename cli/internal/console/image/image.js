// Updates an image's page live: it is loaded again after any change of the key's uploads.
import { follow, part } from './live.js';

export const start = () => {
  const box = document.querySelector('[data-part=image]');
  const key = box.dataset.watch;
  const since = new Date(Date.now() - 5000).toISOString();
  const refresh = async ({ id, html, status }) => {
    // Changes of other keys have no HTML.
    if (!html || box.querySelector('[data-known]').dataset.known.includes(id + status)) return;
    try { box.replaceChildren(await part(location.href)); } catch { /* It may be gone; the page says what was. */ }
  };
  follow(() => `/gallery/events?${new URLSearchParams({ prefix: key, since })}`, { card: refresh });
};
