// The page under test: it gives the package to the test, which calls it.
import * as client from '/client/index.js';
import { TriptychImage } from '/client/element.js';

globalThis.client = client;
globalThis.shifts = [];
globalThis.errors = [];
TriptychImage.cdn = (await (await fetch('/config')).json()).cdn;
new PerformanceObserver((list) => shifts.push(...list.getEntries())).observe({ type: 'layout-shift', buffered: true });
addEventListener('triptych-error', (event) => errors.push(event.detail.message));

// send uploads the selected file, and waits until it is published.
globalThis.send = async (key, signer = '/sign') => {
  const state = { progress: [], signed: 0 };
  const file = document.getElementById('file').files[0];
  state.uploaded = await client.upload(file, {
    signedUrl: async () => { state.signed++; return (await fetch(`${signer}?key=${encodeURIComponent(key)}`)).text(); },
    onProgress: (sent, total) => state.progress.push([sent, total]),
  });
  state.manifest = await client.published(key, { cdn: TriptychImage.cdn, etag: state.uploaded.etag });
  return state;
};

// show adds an element, with attributes and perhaps a manifest.
globalThis.show = (attributes, manifest) => {
  const element = document.createElement('triptych-image');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (manifest) element.manifest = manifest;
  document.getElementById('images').append(element);
  return element;
};

// drawn resolves when the page has been drawn, so that its layout shifts are reported.
globalThis.drawn = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(next))));
globalThis.ready = true;
