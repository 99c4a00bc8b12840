import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { manifestUrl, published, responsive } from 'triptych-client';
import { manifest, photo, variant } from './fixture.js';

test('manifestUrl escapes each component of a key', () => {
  assert.equal(manifestUrl('a b/ü?#%.jpg', 'https://cdn/'), 'https://cdn/a%20b/%C3%BC%3F%23%25.jpg/-/manifest.json');
  assert.equal(manifestUrl('a.jpg'), '/a.jpg/-/manifest.json');
});

test('responsive/selects the variants of the largest one, by width', () => {
  const found = responsive(manifest(photo.variants[2], photo.variants[0], photo.variants[1]));
  const [, medium, large] = photo.variants.map(({ url }) => url);
  assert.equal(found.srcset, `${medium} 800w, ${large} 1600w`);
  assert.deepEqual([found.src, found.width, found.height, found.sources], [large, 1600, 1200, []]);
});

test('responsive/selects a named variant', () => {
  assert.equal(responsive(photo, 'thumbnail').srcset, `${photo.variants[0].url} 160w`);
});

test('responsive/accepts rounded sides, and drops equal widths', () => {
  const found = responsive(manifest(variant('a', 100, 67), variant('b', 333, 222), variant('c', 333, 222), variant('d', 333, 300)), 'b');
  assert.deepEqual(found.variants.map(({ name }) => name), ['a', 'b']);
});

test('responsive/has a source for each format that all variants have', () => {
  const found = responsive(manifest(variant('a', 100, 50, ['webp', 'avif']), variant('b', 200, 100, ['webp'])));
  assert.deepEqual(found.sources.map(({ type }) => type), ['image/webp']);
  assert.match(found.sources[0].srcset, /a\.webp 100w, .*b\.webp 200w$/);
});

/** serve answers the requests of one test, in order; the last answer repeats, and 0 breaks the connection. */
/** @type {(t: import('node:test').TestContext, ...answers: [number, unknown][]) => Promise<{cdn: string, requests: () => number}>} */
async function serve(t, ...answers) {
  let requests = 0;
  const server = createServer((request, response) => {
    const [status, body] = answers[Math.min(requests++, answers.length - 1)];
    if (status === 0) request.socket.destroy();
    else response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(undefined)));
  t.after(() => server.close());
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { cdn: `http://127.0.0.1:${address.port}`, requests: () => requests };
}

test('published/waits for the upload with this ETag', async (t) => {
  const old = { ...photo, source: { ...photo.source, etag: 'old' } };
  const { cdn, requests } = await serve(t, [404, {}], [503, {}], [0, {}], [200, old], [200, photo]);
  assert.deepEqual(await published('a.jpg', { cdn, etag: 'e' }), photo);
  assert.equal(requests(), 5);
});

test('published/without a timeout asks once', async (t) => {
  const { cdn, requests } = await serve(t, [404, {}]);
  await assert.rejects(published('a.jpg', { cdn, timeout: 0 }), { name: 'TimeoutError' });
  assert.equal(requests(), 1);
});

test('published/stops if viewing is not allowed', async (t) => {
  const { cdn, requests } = await serve(t, [403, {}]);
  await assert.rejects(published('a.jpg', { cdn }), /status 403/);
  assert.equal(requests(), 1);
});

test('published/stops with the signal', async (t) => {
  const { cdn } = await serve(t, [404, {}]);
  const stop = new AbortController(), reason = new Error('enough');
  const waiting = published('a.jpg', { cdn, signal: stop.signal });
  stop.abort(reason);
  await assert.rejects(waiting, (error) => error === reason);
});
