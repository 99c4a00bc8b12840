// Receives server-sent events while the page is visible. A hidden page closes its connection,
// because a browser allows few connections to one host.
const dot = () => document.querySelector('[data-live]');

// follow opens address() and passes the data of each event to the handler with its name.
export const follow = (address, handlers) => {
  let source;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(address());
    source.onopen = () => { dot().dataset.live = 'on'; };
    source.onerror = () => { dot().dataset.live = 'off'; };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    }
  };
  const close = () => {
    source?.close();
    source = undefined;
    dot().dataset.live = '';
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  addEventListener('pagehide', close);
  addEventListener('pageshow', open);
  open();
  return close;
};

// part fetches a part of a page that the server renders.
export const part = async (address) => {
  const answer = await fetch(address, { headers: { 'X-Part': '1' } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  const box = document.createElement('template');
  box.innerHTML = text; // The server has escaped the text, and a template does not run scripts.
  return box.content;
};

export const token = () => document.querySelector('meta[name=csrf]').content;
