import type { ImgHTMLAttributes, ReactElement } from 'react';
import type { Manifest } from './index.js';

export interface TriptychImageProps extends Omit<ImgHTMLAttributes<HTMLImageElement>, 'src' | 'srcSet' | 'alt' | 'onError'> {
  /** The text for those who cannot see the image; "" for a decoration. */
  alt: string;
  /** The manifest, if the page has it: then the server renders the image. */
  manifest?: Manifest;
  /** The key of the original; the browser requests the manifest. */
  image?: string;
  /** Such as https://d111111abcdef8.cloudfront.net. Default: the origin of the page. */
  cdn?: string;
  /** Waits for the upload with this ETag. */
  etag?: string;
  /** The name of a variant, whose aspect ratio is used. */
  variant?: string;
  onError?: (error: Error) => void;
}

/** Renders a picture element with the variants of an image. */
export function TriptychImage(props: TriptychImageProps): ReactElement;
