import type { Manifest } from './index.js';

/**
 * The loader of next/image: `images: { loader: 'custom', loaderFile: './loader.js' }` in
 * next.config.js, with `export { default } from 'triptych-client/next'` in loader.js. It returns the
 * URL of the smallest variant that is at least as wide as the browser needs. The CDN has all
 * variants already, so the server of Next resizes nothing.
 */
export default function loader(request: { src: string; width: number; quality?: number }): string;

/** Properties for `<Image {...imageProps(manifest)} sizes="…" alt="…" />`. */
export function imageProps(manifest: Manifest, variant?: string): {
  /** The CDN and the files of the variants, which the loader reads. */
  src: string;
  width: number;
  height: number;
  placeholder?: 'blur';
  blurDataURL?: string;
};
