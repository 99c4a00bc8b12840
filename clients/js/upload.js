import { wait } from './wait.js';

export class UploadError extends Error {
  /** @param {string} message @param {number} status */
  constructor(message, status) {
    super(message);
    this.name = 'UploadError';
    this.status = status; // of HTTP; 0 if the program sees no answer
  }
}

/** @type {typeof import('./index.js').upload} */
export async function upload(file, { signedUrl, onProgress, signal, retries = 4 }) {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    // A function signs each attempt again, so that no attempt uses an expired URL.
    const url = typeof signedUrl === 'function' ? await signedUrl(file) : signedUrl;
    const answer = await (globalThis.XMLHttpRequest ? putXHR : putFetch)(url, file, onProgress, signal);
    const status = answer.status;
    if (status >= 200 && status < 300) {
      const etag = answer.header('etag');
      if (!etag) throw new UploadError('The answer has no ETag: the bucket must expose it (CORS)', status);
      return { etag: etag.replaceAll('"', ''), versionId: answer.header('x-amz-version-id') ?? undefined };
    }
    // Every other status is final: the CDN gives the same answer again.
    const again = status === 0 || status === 408 || status === 429 || status >= 500;
    if (!again || attempt >= retries) {
      throw new UploadError(status ? `The CDN answered ${status}: ${answer.text.trim().slice(0, 200)}` : 'The CDN cannot be reached, or refuses the signature or this site (CORS)', status);
    }
    const asked = Math.min(60, Number(answer.header('retry-after')) || 0) * 1000;
    await wait(asked || Math.random() * Math.min(500 * 2 ** attempt, 8000), signal);
  }
}

/**
 * @typedef {{status: number, text: string, header: (name: string) => string | null}} Answer
 * @typedef {(url: string, file: Blob, onProgress?: (sent: number, total: number) => void, signal?: AbortSignal) => Promise<Answer>} Put
 */

/** @type {Put} putXHR uses XMLHttpRequest, because fetch does not report the progress of an upload. */
const putXHR = (url, file, onProgress, signal) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const abort = () => { request.abort(); reject(signal?.reason); };
  request.open('PUT', url);
  request.upload.onprogress = (event) => onProgress?.(event.loaded, event.total);
  request.onloadend = () => {
    signal?.removeEventListener('abort', abort);
    // getResponseHeader writes an error to the console for a header that CORS does not expose.
    const headers = request.getAllResponseHeaders();
    resolve({ status: request.status, text: request.responseText, header: (name) => headers.match(RegExp(`^${name}: *(.*?)\\s*$`, 'im'))?.[1] ?? null });
  };
  signal?.addEventListener('abort', abort, { once: true });
  request.send(file);
});

/** @type {Put} putFetch is for programs without XMLHttpRequest, such as Node. */
const putFetch = async (url, file, onProgress, signal) => {
  try {
    const answer = await fetch(url, { method: 'PUT', body: file, signal });
    const text = await answer.text();
    if (answer.ok) onProgress?.(file.size, file.size);
    return { status: answer.status, text, header: (name) => answer.headers.get(name) };
  } catch (problem) {
    signal?.throwIfAborted();
    return { status: 0, text: String(problem), header: () => null };
  }
};
