'use client';
import { createElement, useEffect, useRef, useState } from 'react';
import { published, responsive } from './manifest.js';
import { placeholderUrl } from './thumbhash.js';

/** @type {typeof import('./react.js').TriptychImage} */
export function TriptychImage({ manifest: given, image, cdn, etag, variant, sizes = '100vw', style, onError, onLoad, ...rest }) {
  const [fetched, setFetched] = useState(/** @type {import('./index.js').Manifest | undefined} */ (undefined));
  const [loaded, setLoaded] = useState('');
  const element = useRef(/** @type {HTMLImageElement | null} */ (null));

  useEffect(() => {
    if (given || !image) return;
    const request = new AbortController();
    published(image, { cdn, etag, signal: request.signal, timeout: etag ? undefined : 0 })
      .then(setFetched, (error) => request.signal.aborted || onError?.(error));
    return () => request.abort();
  }, [given, image, cdn, etag]);

  const manifest = given ?? (fetched?.key === image ? fetched : undefined);
  const found = manifest && responsive(manifest, variant);

  useEffect(() => { // An image that was loaded before hydration has no load event any more.
    if (found && element.current?.complete && element.current.naturalWidth > 0) setLoaded(found.src);
  }, [found?.src]);

  const { width = found?.width, height = found?.height } = rest;
  const placeholder = found && loaded !== found.src && manifest?.placeholder;
  return createElement('picture', null,
    ...(found?.sources ?? []).map((source) => createElement('source', { key: source.type, type: source.type, srcSet: source.srcset, sizes })),
    createElement('img', {
      ...rest, ref: element, sizes, srcSet: found?.srcset, src: found?.src, width, height,
      onLoad: (/** @type {import('react').SyntheticEvent<HTMLImageElement>} */ event) => { if (found) setLoaded(found.src); onLoad?.(event); },
      onError: () => found && onError?.(new Error(`${found.src} cannot be shown`)),
      style: {
        maxWidth: '100%', height: 'auto', aspectRatio: width && height ? `${width} / ${height}` : undefined,
        backgroundColor: found && loaded !== found.src ? manifest?.color : undefined,
        backgroundImage: placeholder ? `url(${placeholderUrl(placeholder)})` : undefined,
        backgroundSize: placeholder ? '100% 100%' : undefined,
        ...style,
      },
    }));
}
