import { wait } from './wait.js';

/** @type {typeof import('./index.js').manifestUrl} */
export const manifestUrl = (key, cdn = '') =>
  `${cdn.replace(/\/$/, '')}/${key.split('/').map(encodeURIComponent).join('/')}/-/manifest.json`;

/** @type {typeof import('./index.js').published} */
export async function published(key, { cdn, etag, signal, timeout = 60_000 } = {}) {
  const url = manifestUrl(key, cdn);
  for (let pause = 300, waited = 0; ; pause = Math.min(pause * 1.5, 5000)) {
    // A cached 404 may be older than the upload. A network error is retried.
    const answer = await fetch(url, { cache: 'no-cache', signal }).catch(() => signal?.throwIfAborted());
    if (answer?.ok) {
      const manifest = await answer.json();
      if (!etag || manifest.source.etag === etag) return manifest;
    } else if (answer && answer.status !== 404 && answer.status < 500) {
      throw new Error(`${url}: status ${answer.status}`);
    }
    if (waited >= timeout) throw new DOMException(`${key} is not published after ${timeout / 1000} s`, 'TimeoutError');
    await wait(pause, signal);
    waited += pause;
  }
}

/** @type {typeof import('./index.js').responsive} */
export function responsive({ variants }, name) {
  const largest = variants.reduce((a, b) => (b.width * b.height > a.width * a.height ? b : a));
  const chosen = variants.find((variant) => variant.name === name) ?? largest;
  // Sides are rounded to pixels, so equal aspect ratios differ a little.
  const near = (/** @type {{width: number, height: number}} */ v) =>
    Math.abs(v.width / v.height / (chosen.width / chosen.height) - 1) <= 0.02;
  const byWidth = new Map(); // A small original has several variants of its own width.
  for (const variant of variants) if (near(variant) && !byWidth.has(variant.width)) byWidth.set(variant.width, variant);
  /** @type {import('./index.js').Variant[]} */
  const fitting = [...byWidth.values()].sort((a, b) => a.width - b.width);
  const list = (/** @type {{url: string, width: number}[]} */ files) => files.map((file) => `${file.url} ${file.width}w`).join(', ');
  const sources = (fitting[0].alternatives ?? []).map(({ contentType }) => ({
    type: contentType,
    files: fitting.flatMap((variant) => variant.alternatives?.find((other) => other.contentType === contentType) ?? []),
  })).filter(({ files }) => files.length === fitting.length);
  const best = fitting[fitting.length - 1];
  return {
    src: best.url, srcset: list(fitting), width: best.width, height: best.height, variants: fitting,
    sources: sources.map(({ type, files }) => ({ type, srcset: list(files) })),
  };
}
