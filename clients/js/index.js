export { upload, UploadError } from './upload.js';
export { manifestUrl, published, responsive } from './manifest.js';
export { placeholderUrl } from './thumbhash.js';
