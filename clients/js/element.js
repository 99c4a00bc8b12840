import { published, responsive } from './manifest.js';
import { placeholderUrl } from './thumbhash.js';

/** @type {typeof HTMLElement} a server has no HTMLElement, and imports this file too */
const Base = globalThis.HTMLElement ?? Object;

// The element <triptych-image>. It renders a picture element into itself, not into a shadow
// tree, so that the page's styles, alt and the browser's menus work as with any image.
export class TriptychImage extends Base {
  static cdn = '';
  static observedAttributes = ['key', 'cdn', 'etag', 'sizes', 'alt', 'variant', 'width', 'height', 'loading'];

  /** @type {import('./index.js').Manifest | undefined} */
  #manifest;
  /** @type {AbortController | undefined} */
  #request;
  /** @type {HTMLImageElement | undefined} */
  #image;

  get manifest() { return this.#manifest; }
  set manifest(manifest) {
    this.#request?.abort();
    this.#manifest = manifest;
    this.#render();
  }

  connectedCallback() { this.#load(); }
  disconnectedCallback() { this.#request?.abort(); }

  /** @param {string} name @param {string | null} before @param {string | null} value */
  attributeChangedCallback(name, before, value) {
    if (before === value || !this.isConnected) return;
    if (['key', 'cdn', 'etag'].includes(name)) {
      this.#manifest = undefined;
      this.#load();
    } else {
      this.#render();
    }
  }

  async #load() {
    this.#request?.abort();
    this.#render();
    const key = this.getAttribute('key');
    if (this.#manifest || !key) return;
    const { signal } = this.#request = new AbortController();
    const etag = this.getAttribute('etag') ?? undefined;
    try {
      // Without an ETag the image exists already, so there is one request.
      const found = await published(key, { cdn: this.getAttribute('cdn') ?? TriptychImage.cdn, etag, signal, timeout: etag ? undefined : 0 });
      if (signal.aborted) return;
      this.#manifest = found;
      this.#render();
    } catch (error) {
      if (!signal.aborted) this.dispatchEvent(new CustomEvent('triptych-error', { detail: error, bubbles: true }));
    }
  }

  #render() {
    if (!this.isConnected) return;
    const image = this.#image ??= document.createElement('img');
    for (const name of ['alt', 'loading']) {
      const value = this.getAttribute(name);
      if (value === null) image.removeAttribute(name); else image.setAttribute(name, value);
    }
    const found = this.#manifest && responsive(this.#manifest, this.getAttribute('variant') ?? undefined);
    const width = this.getAttribute('width') ?? found?.width, height = this.getAttribute('height') ?? found?.height;
    // The element itself has the aspect ratio, so nothing moves when the image arrives.
    Object.assign(this.style, { display: 'block', overflow: 'hidden', aspectRatio: width && height ? `${width} / ${height}` : '' });
    Object.assign(image.style, { display: 'block', width: '100%', height: '100%', objectFit: 'cover' });
    const picture = document.createElement('picture');
    if (found && image.src !== found.src) {
      const { color, placeholder } = /** @type {import('./index.js').Manifest} */ (this.#manifest);
      this.style.background = `${color ?? ''} ${placeholder ? `url(${placeholderUrl(placeholder)})` : ''} center / 100% 100%`;
      image.onload = () => { this.style.background = ''; this.dispatchEvent(new Event('load')); };
      image.onerror = () => this.dispatchEvent(new CustomEvent('triptych-error', { detail: new Error(`${found.src} cannot be shown`), bubbles: true }));
    }
    if (found) {
      const sizes = this.getAttribute('sizes') ?? '100vw';
      for (const { type, srcset } of found.sources) picture.append(Object.assign(document.createElement('source'), { type, srcset, sizes }));
      picture.append(image);
      Object.assign(image, { sizes, srcset: found.srcset, src: found.src });
    } else {
      image.removeAttribute('srcset');
      image.removeAttribute('src');
      picture.append(image);
    }
    this.replaceChildren(picture);
  }
}

globalThis.customElements?.get('triptych-image') ?? globalThis.customElements?.define('triptych-image', TriptychImage);
