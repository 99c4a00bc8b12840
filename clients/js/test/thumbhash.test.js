import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { rgbaToThumbHash, thumbHashToRGBA } from 'thumbhash';
import { placeholderUrl } from 'triptych-client';
import { decode } from '../thumbhash.js';

/** A seeded generator of numbers from 0 to 1 (mulberry32). */
/** @type {(seed: number) => () => number} */
const random = (seed) => () => {
  seed = seed + 0x6d2b79f5 | 0;
  let t = Math.imul(seed ^ seed >>> 15, 1 | seed);
  t = t + Math.imul(t ^ t >>> 7, 61 | t) ^ t;
  return ((t ^ t >>> 14) >>> 0) / 2 ** 32;
};

/** hashes returns ThumbHashes of random images: wide and tall, with and without alpha. */
function* hashes() {
  const next = random(1);
  for (let i = 0; i < 60; i++) {
    const width = 1 + Math.floor(next() * 100), height = 1 + Math.floor(next() * 100);
    const pixels = Uint8Array.from({ length: width * height * 4 }, (_, at) => at % 4 === 3 && i % 2 ? 255 : Math.floor(next() * 256));
    yield rgbaToThumbHash(width, height, pixels);
  }
}

test('decode/has the pixels of the reference implementation, but for rounding', () => {
  for (const hash of hashes()) {
    const want = thumbHashToRGBA(hash), got = decode(hash);
    assert.deepEqual([got.width, got.height], [want.w, want.h]);
    want.rgba.forEach((value, i) => assert.ok(Math.abs(value - got.pixels[i]) <= 1, `${Buffer.from(hash).toString('hex')}: ${i}: ${got.pixels[i]}, want ${value}`));
  }
});

test('decode/accepts every byte string', () => {
  const next = random(2);
  for (let i = 0; i < 500; i++) {
    const { width, height, pixels } = decode(Uint8Array.from({ length: i % 30 }, () => Math.floor(next() * 256)));
    assert.ok(width >= 1 && width <= 32 && height >= 1 && height <= 32 && pixels.length === width * height * 4);
  }
});

test('placeholderUrl/is a PNG of these pixels', () => {
  for (const hash of hashes()) {
    const url = placeholderUrl(Buffer.from(hash).toString('base64'));
    assert.match(url, /^data:image\/png;base64,/);
    const png = Buffer.from(url.split(',')[1], 'base64');
    const { width, height, pixels } = decode(hash);
    assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height]);
    const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33))); // Checks Adler-32.
    const got = Buffer.concat(Array.from({ length: height }, (_, y) => rows.subarray(y * (width * 4 + 1) + 1, (y + 1) * (width * 4 + 1))));
    assert.deepEqual(got, Buffer.from(pixels));
  }
});
