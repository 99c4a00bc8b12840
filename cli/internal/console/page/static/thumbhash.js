// Paints ThumbHashes (https://evanw.github.io/thumbhash/) into canvases. A ThumbHash has the
// lowest frequencies of an image, in about twenty bytes. The canvas is shown until the image
// is loaded.

const reader = (bytes) => {
  let used = 0;
  const number = (width) => {
    let value = 0;
    for (let i = 0; i < width; i++, used++) value |= ((bytes[used >> 3] >> (used & 7)) & 1) << i;
    return value;
  };
  return { number, share: (width) => number(width) / ((1 << width) - 1) };
};

// A channel has a mean and cosine waves, each with a frequency and an amplitude.
const channel = (bits, mean, scale, across, down) => {
  const waves = [];
  for (let cy = 0; cy < down; cy++) {
    for (let cx = 0; cx < across; cx++) {
      if ((cx || cy) && cx * down < across * (down - cy)) waves.push([cx, cy, (2 * bits.share(4) - 1) * scale]);
    }
  }
  return (x, y) => waves.reduce((sum, [cx, cy, amplitude]) => sum + 2 * amplitude * Math.cos(Math.PI * x * cx) * Math.cos(Math.PI * y * cy), mean);
};

const decode = (bytes) => {
  const bits = reader(bytes);
  const [l, p, q] = [bits.share(6), 2 * bits.share(6) - 1, 2 * bits.share(6) - 1];
  const lScale = bits.share(5);
  const clear = bits.number(1) === 1;
  const shorter = bits.number(3);
  const [pScale, qScale] = [bits.share(6), bits.share(6)];
  const landscape = bits.number(1) === 1;
  const longer = clear ? 5 : 7;
  const alpha = clear ? [bits.share(4), bits.share(4)] : [1, 0];
  const [across, down] = landscape ? [longer, shorter] : [shorter, longer];
  return {
    l: channel(bits, l, lScale, Math.max(3, across), Math.max(3, down)),
    p: channel(bits, p, pScale, 3, 3),
    q: channel(bits, q, qScale, 3, 3),
    a: clear ? channel(bits, alpha[0], alpha[1], 5, 5) : () => 1,
  };
};

const paint = (canvas) => {
  const bytes = Uint8Array.from(atob(canvas.dataset.hash), (letter) => letter.charCodeAt(0));
  const { l, p, q, a } = decode(bytes);
  const { width, height } = canvas;
  const image = new ImageData(width, height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const [u, v] = [(x + .5) / width, (y + .5) / height];
      const [light, yellow, red] = [l(u, v), p(u, v), q(u, v)];
      const b = light - 2 * yellow / 3;
      const r = (3 * light - b + red) / 2;
      image.data.set([255 * r, 255 * (r - red), 255 * b, 255 * a(u, v)], at);
    }
  }
  canvas.getContext('2d').putImageData(image, 0, 0);
};

// Paints canvases that become visible and are not painted yet.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    try { paint(target); } catch { /* It is not a ThumbHash: the color stays visible. */ }
  }
}, { rootMargin: '200px' });

export const paintAll = (root) => { for (const canvas of root.querySelectorAll('canvas[data-hash]')) near.observe(canvas); };
