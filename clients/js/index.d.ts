/** A file of a variant on the CDN. */
export interface File {
  /** Absolute; its bytes never change. */
  url: string;
  /** In pixels. */
  width: number;
  /** In pixels. */
  height: number;
  bytes: number;
  contentType: string;
}

/** A variant that the recipe asks for. */
export interface Variant extends File {
  /** The name in the recipe. */
  name: string;
  /** The same image in other formats. */
  alternatives?: File[];
}

/** The manifest of an image: docs/manifest.schema.json. */
export interface Manifest {
  /** The key of the original, not percent-encoded. */
  key: string;
  /** 12 hexadecimal digits, a part of each URL. */
  version: string;
  /** Orders the uploads of one key. */
  sequencer: string;
  source: { etag: string; bytes: number; format: string; width: number; height: number };
  variants: Variant[];
  /** A ThumbHash in base64. */
  placeholder?: string;
  /** The dominant color, such as #a0b4ff. */
  color?: string;
  /** RFC 3339. */
  createdAt: string;
  kept?: string[];
  credentials?: string;
}

export interface UploadOptions {
  /** The signed URL, or a function that requests one from your server. The function is called for each attempt. */
  signedUrl: string | ((file: Blob) => Promise<string>);
  /** Receives the number of sent bytes, and of all bytes. A retry starts again at 0. */
  onProgress?: (sent: number, total: number) => void;
  signal?: AbortSignal;
  /** How often an upload is retried after a network error or a status 408, 429 or 5xx. Default: 4. */
  retries?: number;
}

/** The result of an upload, as S3 returned it. */
export interface Uploaded {
  /** Without quotes: `source.etag` of the manifest. */
  etag: string;
  versionId?: string;
}

/** Uploads a photo by PUT. Throws an UploadError, or the reason of the signal. */
export function upload(file: Blob, options: UploadOptions): Promise<Uploaded>;

/** The CDN did not accept an upload. */
export class UploadError extends Error {
  constructor(message: string, status: number);
  /**
   * The HTTP status. 413: the file is too large. 0: there is no answer, or the browser hides it. A
   * browser hides the refusal of a wrong or expired signature, because the CDN refuses the preflight
   * request of CORS too. Outside of a browser this is 403.
   */
  status: number;
}

export interface PublishedOptions {
  /** Such as https://d111111abcdef8.cloudfront.net. Default: the origin of the page. */
  cdn?: string;
  /** The ETag of an upload: wait for this upload. Without it, any version is returned. */
  etag?: string;
  signal?: AbortSignal;
  /** In milliseconds. Default: 60,000. With 0 there is one request. */
  timeout?: number;
}

/**
 * Waits until an image is published, and returns its manifest. Throws a DOMException with the name
 * TimeoutError after the timeout. A rejected upload is never published.
 */
export function published(key: string, options?: PublishedOptions): Promise<Manifest>;

/** The URL of a manifest. */
export function manifestUrl(key: string, cdn?: string): string;

/** The attributes of an img element, and of the source elements before it. */
export interface Responsive {
  src: string;
  srcset: string;
  width: number;
  height: number;
  sources: { type: string; srcset: string }[];
  /** The variants of `srcset`, by width. */
  variants: Variant[];
}

/**
 * Selects the variants that have the same aspect ratio as a variant (the largest one, if the name
 * is not given). The manifest must have a variant.
 */
export function responsive(manifest: Manifest, variant?: string): Responsive;

/** Decodes a ThumbHash (base64) to a data URL of a PNG with at most 32 × 32 pixels. */
export function placeholderUrl(thumbHash: string): string;
