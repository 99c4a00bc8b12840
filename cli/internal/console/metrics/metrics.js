// Updates the page of metrics every few seconds while it is visible.
import { part } from './live.js';

const every = 4000;

export const start = () => {
  const [box, dot] = [document.querySelector('[data-part=metrics]'), document.querySelector('[data-live]')];
  const update = async () => {
    if (!document.hidden) {
      try {
        box.replaceChildren(await part(location.href));
        dot.dataset.live = 'on';
      } catch {
        dot.dataset.live = 'off';
      }
    }
    setTimeout(update, every);
  };
  dot.dataset.live = 'on';
  setTimeout(update, every);
};
