// Decoder of ThumbHash (https://evanw.github.io/thumbhash/), a description of an image in
// about 25 bytes: a few coefficients of a discrete cosine transform for each channel.

/** @type {(hash: Uint8Array) => {width: number, height: number, pixels: Uint8ClampedArray}} */
export function decode(hash) {
  const head = hash[0] | hash[1] << 8 | hash[2] << 16, shape = hash[3] | hash[4] << 8;
  const alpha = head >> 23, landscape = shape >> 15;
  const long = alpha ? 5 : 7, short = shape & 7;
  const ratio = landscape ? long / short : short / long;
  const width = Math.max(1, Math.round(ratio > 1 ? 32 : 32 * ratio)), height = Math.max(1, Math.round(ratio > 1 ? 32 / ratio : 32));
  let nibble = alpha ? 12 : 10;

  // plane returns the function of one channel: its mean, and waves of nx times ny frequencies.
  const plane = (/** @type {number} */ mean, /** @type {number} */ scale, /** @type {number} */ nx, /** @type {number} */ ny) => {
    /** @type {number[][]} */
    const waves = [];
    for (let cy = 0; cy < ny; cy++) {
      for (let cx = cy ? 0 : 1; cx * ny < nx * (ny - cy); cx++, nibble++) {
        waves.push([cx, cy, ((hash[nibble >> 1] >> (nibble & 1) * 4 & 15) / 7.5 - 1) * scale]);
      }
    }
    return (/** @type {number} */ x, /** @type {number} */ y) => waves.reduce((sum, [cx, cy, size]) =>
      sum + size * Math.cos(Math.PI / width * (x + 0.5) * cx) * Math.cos(Math.PI / height * (y + 0.5) * cy) * 2, mean);
  };

  const [nx, ny] = landscape ? [long, short] : [short, long];
  const light = plane((head & 63) / 63, (head >> 18 & 31) / 31, Math.max(3, nx), Math.max(3, ny));
  const yellow = plane((head >> 6 & 63) / 31.5 - 1, (shape >> 3 & 63) / 63 * 1.25, 3, 3);
  const red = plane((head >> 12 & 63) / 31.5 - 1, (shape >> 9 & 63) / 63 * 1.25, 3, 3);
  const opaque = alpha ? plane((hash[5] & 15) / 15, (hash[5] >> 4) / 15, 5, 5) : () => 1;

  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const x = i % width, y = Math.floor(i / width);
    const l = light(x, y), p = yellow(x, y), q = red(x, y);
    const b = l - 2 / 3 * p, r = (3 * l - b + q) / 2;
    pixels.set([r, r - q, b, opaque(x, y)].map((value) => Math.floor(255 * Math.min(1, Math.max(0, value)))), i * 4);
  }
  return { width, height, pixels };
}

/** @type {typeof import('./index.js').placeholderUrl} */
export function placeholderUrl(thumbHash) {
  const { width, height, pixels } = decode(Uint8Array.from(atob(thumbHash), (c) => c.charCodeAt(0)));
  const word = (/** @type {number} */ n) => [n >>> 24, n >>> 16 & 255, n >>> 8 & 255, n & 255];
  const chunk = (/** @type {string} */ type, /** @type {number[]} */ data) => {
    const body = [...type].map((c) => c.charCodeAt(0)).concat(data);
    let crc = -1;
    for (const byte of body) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
    }
    return [...word(data.length), ...body, ...word(~crc)];
  };
  /** @type {number[]} */
  const rows = [];
  for (let y = 0; y < height; y++) rows.push(0, ...pixels.subarray(y * width * 4, (y + 1) * width * 4));
  let a = 1, b = 0; // Adler-32
  for (const byte of rows) b = (b + (a = (a + byte) % 65521)) % 65521;
  // A PNG whose zlib stream has one stored block: no compressor is needed.
  const n = rows.length, data = [120, 1, 1, n & 255, n >> 8, ~n & 255, ~n >> 8 & 255, ...rows, ...word((b << 16 | a) >>> 0)];
  const png = [137, 80, 78, 71, 13, 10, 26, 10, ...chunk('IHDR', [...word(width), ...word(height), 8, 6, 0, 0, 0]), ...chunk('IDAT', data), ...chunk('IEND', [])];
  return 'data:image/png;base64,' + btoa(String.fromCharCode(...png));
}
