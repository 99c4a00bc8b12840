import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { TriptychImage } from 'triptych-client/react';
import { manifest, photo, variant } from './fixture.js';

test('TriptychImage/is rendered on the server from a manifest', () => {
  const html = renderToStaticMarkup(createElement(TriptychImage, { manifest: photo, alt: 'A "dragonfly"', sizes: '50vw', className: 'wide', loading: 'lazy' }));
  assert.match(html, /^<picture><img [^>]*alt="A &quot;dragonfly&quot;"/);
  for (const part of ['class="wide"', 'loading="lazy"', 'width="1600"', 'height="1200"', 'sizes="50vw"', 'medium.jpg 800w, https://', 'aspect-ratio:1600 / 1200', 'background-color:#a0b4ff', 'url(data:image/png;base64,']) {
    assert.ok(html.includes(part), `${part} is not in ${html}`);
  }
});

test('TriptychImage/has a source for each alternative format', () => {
  const html = renderToStaticMarkup(createElement(TriptychImage, { manifest: manifest(variant('a', 100, 50, ['webp'])), alt: '' }));
  assert.match(html, /^<picture><source type="image\/webp" srcSet="[^"]*a\.webp 100w" sizes="100vw"\/><img /);
});

test('TriptychImage/reserves the space before the manifest is known', () => {
  const html = renderToStaticMarkup(createElement(TriptychImage, { image: 'a.jpg', alt: 'a', width: 4, height: 3 }));
  assert.match(html, /aspect-ratio:4 \/ 3/);
  assert.doesNotMatch(html, / src(set)?=/i);
});
