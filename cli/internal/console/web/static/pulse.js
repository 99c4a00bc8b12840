// The pulse, every few seconds, while it is looked at.
import { part } from './live.js';

const every = 4000;

export const start = () => {
  const [box, dot] = [document.querySelector('[data-part=pulse]'), document.querySelector('[data-live]')];
  const beat = async () => {
    if (!document.hidden) {
      try {
        box.replaceChildren(await part(location.href));
        dot.dataset.live = 'on';
      } catch {
        dot.dataset.live = 'off';
      }
    }
    setTimeout(beat, every);
  };
  dot.dataset.live = 'on';
  setTimeout(beat, every);
};
