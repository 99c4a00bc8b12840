// Updates the ages ("5 min ago") while a page is open. The server creates the same texts.
const units = [[60, 1, 's'], [3600, 60, 'min'], [86400, 3600, 'h'], [Infinity, 86400, 'd']];

const words = (seconds) => {
  if (seconds < 5) return 'now';
  const [, size, unit] = units.find(([below]) => seconds < below);
  return `${Math.floor(seconds / size)} ${unit} ago`;
};

const refresh = () => {
  for (const time of document.querySelectorAll('time[data-age]')) {
    const text = words((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (time.textContent !== text) time.textContent = text;
  }
};

export const watchAges = () => setInterval(refresh, 5000);
