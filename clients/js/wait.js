// wait resolves after some milliseconds, and rejects with the signal's reason if it aborts.
/** @type {(ms: number, signal?: AbortSignal) => Promise<void>} */
export const wait = (ms, signal) => new Promise((resolve, reject) => {
  const stop = () => { clearTimeout(timer); reject(signal?.reason); };
  const timer = setTimeout(() => { signal?.removeEventListener('abort', stop); resolve(); }, ms);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
});
