import { responsive } from './manifest.js';
import { placeholderUrl } from './thumbhash.js';

/** @type {typeof import('./next.js').imageProps} */
export function imageProps(manifest, variant) {
  const { src, width, height, variants } = responsive(manifest, variant);
  const list = variants.map((one) => `${one.width}=${new URL(one.url).pathname}`);
  return {
    src: `${new URL(src).origin}#${list.join('|')}`, width, height, // A URL of the CDN has no | that is not escaped.
    ...(manifest.placeholder ? { placeholder: 'blur', blurDataURL: placeholderUrl(manifest.placeholder) } : {}),
  };
}

/** @type {typeof import('./next.js').default} */
export default function loader({ src, width }) {
  const [cdn, list] = src.split('#');
  if (!list) throw new Error(`${src} is not from imageProps(manifest)`);
  const files = list.split('|');
  return cdn + (files.find((file) => parseInt(file) >= width) ?? files[files.length - 1]).replace(/^\d+=/, '');
}
