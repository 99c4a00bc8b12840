// Updates the gallery live. New cards are added at the top, changed cards are replaced in
// place, and older cards are loaded when the user scrolls down.
import { follow, part } from './live.js';
import { paintAll } from './thumbhash.js';
import { startUploads, uploadEnded } from './upload.js';
import { toast } from './copy.js';

const grid = document.querySelector('[data-grid]');
const empty = document.querySelector('[data-empty]');
let since = grid.dataset.since;

const cardOf = (html) => {
  const box = document.createElement('template');
  box.innerHTML = html;
  return box.content.firstElementChild;
};

const show = ({ id, html }) => {
  const old = document.getElementById(id);
  if (!html) {
    old?.remove();
  } else {
    const card = cardOf(html);
    const focused = old?.contains(document.activeElement);
    if (old) {
      old.replaceWith(card);
    } else {
      card.classList.add('fresh');
      grid.prepend(card);
    }
    paintAll(card);
    if (focused) card.querySelector('a').focus();
  }
  empty.hidden = grid.querySelector('.card') !== null;
};

const address = () => {
  const query = new URLSearchParams(location.search);
  query.delete('after');
  query.set('since', since);
  since = new Date().toISOString(); // The server sends later changes, or the next connection requests them.
  return `/gallery/events?${query}`;
};

// Loads older cards before the user reaches the end.
const nearEnd = new IntersectionObserver(async (entries) => {
  const seen = entries.find((entry) => entry.isIntersecting);
  if (!seen) return;
  nearEnd.unobserve(seen.target);
  await more(seen.target);
}, { rootMargin: '600px' });

const more = async (last) => {
  const link = last.querySelector('[data-next]');
  link.setAttribute('aria-busy', 'true');
  try {
    const cards = await part(link.getAttribute('href'));
    for (const card of cards.querySelectorAll('.card')) if (document.getElementById(card.id)) card.remove();
    paintAll(cards);
    last.replaceWith(cards);
    watchEnd();
  } catch (problem) {
    link.removeAttribute('aria-busy');
    toast(problem.message);
  }
};

const watchEnd = () => {
  const last = grid.querySelector('[data-more]');
  if (!last) return;
  last.querySelector('a').addEventListener('click', (event) => { event.preventDefault(); nearEnd.unobserve(last); more(last); });
  // A search continues only when the user clicks, because the ledger may be large.
  if (!new URLSearchParams(location.search).get('prefix')) nearEnd.observe(last);
};

export const start = () => {
  watchEnd();
  startUploads(Number(grid.dataset.limit), new URLSearchParams(location.search).get('prefix') ?? '');
  follow(address, {
    card: show,
    upload: uploadEnded,
    missed: () => { document.querySelector('[data-missed]').hidden = false; },
    problem: ({ text }) => toast(text),
  });
};
