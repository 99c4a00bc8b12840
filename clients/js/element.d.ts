import type { Manifest } from './index.js';

/**
 * The element `<triptych-image key="holiday/photo.jpg" sizes="50vw" alt="…">`.
 *
 * Attributes: `key`; `cdn` (default: `TriptychImage.cdn`); `etag` waits for an upload; `sizes`, `alt`
 * and `loading` as of img; `variant` names a variant, whose aspect ratio is used; `width` and
 * `height` reserve the space before the manifest is loaded.
 *
 * Events: `load`, and `triptych-error` whose `detail` is an Error.
 */
export class TriptychImage extends HTMLElement {
  /** The CDN of elements without the attribute `cdn`. */
  static cdn: string;
  static observedAttributes: string[];
  /** A manifest that the page already has. No manifest is requested then. */
  manifest: Manifest | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'triptych-image': TriptychImage;
  }
}
