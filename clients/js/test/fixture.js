// A manifest of the recipe {"variants": [thumbnail 160×160 cover, medium 800, large 1600]}.
const base = 'https://cdn.example.org/a/b%20c.jpg/-/0123456789ab/';

/** @type {(name: string, width: number, height: number, formats?: string[]) => import('../index.js').Variant} */
export const variant = (name, width, height, formats = []) => ({
  name, width, height, url: `${base}${name}.jpg`, bytes: width * height, contentType: 'image/jpeg',
  ...(formats.length ? { alternatives: formats.map((format) => ({ url: `${base}${name}.${format}`, width, height, bytes: 1, contentType: `image/${format}` })) } : {}),
});

/** @type {(...variants: import('../index.js').Variant[]) => import('../index.js').Manifest} */
export const manifest = (...variants) => ({
  key: 'a/b c.jpg', version: '0123456789ab', sequencer: '0000000000000000000000000000001F',
  source: { etag: 'e', bytes: 9, format: 'jpeg', width: 4000, height: 3000 }, variants,
  placeholder: '3OcRJYB4d3h/iIeHeEh3eIhw+j2w', color: '#a0b4ff', createdAt: '2026-11-25T12:00:00Z',
});

export const photo = manifest(variant('thumbnail', 160, 160), variant('medium', 800, 600), variant('large', 1600, 1200));
