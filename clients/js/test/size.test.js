import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const limit = 4096; // bytes: the whole package without its parts for React and Next

test('all but React and Next has less than 4 kB as a minified bundle, with gzip', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export * from './index.js'; export * from './element.js';", resolveDir: import.meta.dirname + '/..' },
    bundle: true, minify: true, format: 'esm', write: false, target: 'es2022',
  });
  const bytes = gzipSync(outputFiles[0].contents, { level: 9 }).length;
  console.log(`${bytes} bytes`);
  assert.ok(bytes < limit, `${bytes} bytes`);
});
