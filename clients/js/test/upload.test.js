import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { upload, UploadError } from 'triptych-client';

const file = new Blob(['0123456789'], { type: 'image/jpeg' });
const stored = { etag: '"e1"', 'x-amz-version-id': 'v1' };

/** serve answers uploads in order, and keeps what arrived. */
/** @type {(t: import('node:test').TestContext, ...answers: [number, Record<string, string>?, string?][]) => Promise<{url: string, seen: string[]}>} */
async function serve(t, ...answers) {
  /** @type {string[]} */
  const seen = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const [status, headers = {}, text = ''] = answers[seen.length];
    seen.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`);
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { ...headers, connection: 'close' }).end(text);
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(undefined)));
  t.after(() => server.close());
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}/-/upload/a.jpg?Signature=s`, seen };
}

test('upload/returns the ETag and the version', async (t) => {
  const { url, seen } = await serve(t, [200, stored]);
  /** @type {number[][]} */
  const progress = [];
  assert.deepEqual(await upload(file, { signedUrl: url, onProgress: (...state) => progress.push(state) }), { etag: 'e1', versionId: 'v1' });
  assert.deepEqual(seen, ['PUT /-/upload/a.jpg?Signature=s image/jpeg 0123456789']);
  assert.deepEqual(progress, [[10, 10]]);
});

test('upload/signs and retries after a broken connection, 503 and 429', async (t) => {
  const { url, seen } = await serve(t, [0], [503], [429, { 'retry-after': '0.01' }], [200, stored]);
  let signed = 0;
  await upload(file, { signedUrl: async () => `${url}${++signed}` });
  assert.deepEqual(seen.map((line) => line.slice(0, 38)), [1, 2, 3, 4].map((n) => `PUT /-/upload/a.jpg?Signature=s${n} image`));
});

test('upload/does not retry a refusal', async (t) => {
  const { url, seen } = await serve(t, [403, {}, 'Expired.\n']);
  await assert.rejects(upload(file, { signedUrl: url }), (error) =>
    error instanceof UploadError && error.status === 403 && error.message.endsWith('Expired.'));
  assert.equal(seen.length, 1);
});

test('upload/stops after the retries', async (t) => {
  const { url, seen } = await serve(t, [500], [500]);
  await assert.rejects(upload(file, { signedUrl: url, retries: 1 }), { name: 'UploadError', status: 500 });
  assert.equal(seen.length, 2);
});

test('upload/requires an ETag, which CORS must expose', async (t) => {
  const { url } = await serve(t, [200, {}]);
  await assert.rejects(upload(file, { signedUrl: url }), /CORS/);
});

test('upload/stops with the signal, before and while it waits', async (t) => {
  const { url, seen } = await serve(t, [503, { 'retry-after': '60' }]);
  const stop = new AbortController(), reason = new Error('enough');
  const running = upload(file, { signedUrl: url, signal: stop.signal });
  while (seen.length === 0) await new Promise(setImmediate);
  stop.abort(reason);
  await assert.rejects(running, (error) => error === reason);
  await assert.rejects(upload(file, { signedUrl: url, signal: stop.signal }), (error) => error === reason);
  assert.equal(seen.length, 1);
});
