import assert from 'node:assert/strict';
import { test } from 'node:test';
import loader, { imageProps } from 'triptych-client/next';
import { manifest, photo, variant } from './fixture.js';

test('loader/returns the smallest variant that is wide enough, or the largest', () => {
  const { src } = imageProps(photo);
  for (const [width, name] of [[16, 'medium'], [800, 'medium'], [801, 'large'], [3840, 'large']]) {
    assert.equal(loader({ src, width: Number(width) }), `https://cdn.example.org/a/b%20c.jpg/-/0123456789ab/${name}.jpg`);
  }
});

test('loader/keeps every character of a URL', () => {
  const url = "https://cdn/a,8=/b;c@d$e'(f)!.jpg/-/0123456789ab/large.jpg";
  const { src } = imageProps(manifest({ ...variant('large', 800, 600), url }));
  assert.equal(loader({ src, width: 1 }), url);
});

test('loader/rejects other sources', () => {
  assert.throws(() => loader({ src: '/logo.png', width: 1 }), /imageProps/);
});

test('imageProps/has the size and the placeholder', () => {
  const { width, height, placeholder, blurDataURL } = imageProps(photo, 'thumbnail');
  assert.deepEqual([width, height, placeholder], [160, 160, 'blur']);
  assert.match(String(blurDataURL), /^data:image\/png/);
  assert.equal('placeholder' in imageProps({ ...photo, placeholder: undefined }), false);
});
