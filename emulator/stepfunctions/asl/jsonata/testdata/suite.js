// Writes suite.json, a compact copy of the cases of JSONata's own test suite.
//
//   NODE_PATH=FOLDER/node_modules node suite.js SUITE...
//
// FOLDER has jsonata 2.0.6. Each SUITE is a folder with groups, such as test/test-suite/groups
// of jsonata's repository, and has a folder "datasets" beside it. A case is left out if
// jsonata 2.0.6 itself does not return the result of the case; the script prints these.
const fs = require('fs'), path = require('path'), assert = require('assert');
const jsonata = require('jsonata');

const datasets = {}, cases = [], seen = new Set();

function dataset(root, name) {
  datasets[name] ??= JSON.parse(fs.readFileSync(path.join(root, '..', 'datasets', name + '.json'), 'utf8'));
  return datasets[name];
}

async function add(root, name, spec) {
  const out = { name, expr: spec.expr };
  const file = spec['expr-file'];
  if (file) out.expr = fs.readFileSync(path.join(root, name.split('/')[0], file), 'utf8');
  let input;
  if (spec.dataset) { out.dataset = spec.dataset; input = dataset(root, spec.dataset); }
  else if ('data' in spec) { out.data = spec.data; input = spec.data; }
  if (spec.bindings && Object.keys(spec.bindings).length) out.bindings = spec.bindings;
  const key = JSON.stringify([out.expr, spec.dataset, spec.data, spec.bindings]);
  if (seen.has(key)) return;
  seen.add(key);
  // The harness of the suite stops such a case by its time or depth (code U1001).
  if (spec.code === 'U1001') return cases.push({ ...out, code: spec.code });
  let got, code, wrong;
  try {
    got = await jsonata(out.expr).evaluate(input === undefined ? undefined : JSON.parse(JSON.stringify(input)), out.bindings || {});
  } catch (err) { code = err.code || 'none'; out.message = err.message; }
  if (code) {
    out.code = code;
    const want = spec.code || (spec.error && spec.error.code);
    wrong = want !== code;
  } else if (got === undefined) {
    out.undefined = true;
    wrong = !spec.undefinedResult;
  } else {
    // A result that depends on the time or on chance is checked by its description only.
    out.result = JSON.parse(JSON.stringify(got));
    try { assert.deepEqual(out.result, 'result' in spec ? spec.result : 'none'); } catch { wrong = true; }
  }
  if (wrong) console.log('left out:', name, JSON.stringify(spec).slice(0, 160), '=>', code, JSON.stringify(got));
  else cases.push(out);
}

(async () => {
  for (const root of process.argv.slice(2))
    for (const group of fs.readdirSync(root).sort())
      for (const file of fs.readdirSync(path.join(root, group)).sort()) {
        if (!file.endsWith('.json')) continue;
        const text = JSON.parse(fs.readFileSync(path.join(root, group, file), 'utf8'));
        const list = Array.isArray(text) ? text : [text];
        for (const [i, spec] of list.entries())
          await add(root, `${group}/${file.slice(0, -5)}${list.length > 1 ? '/' + i : ''}`, spec);
      }
  fs.writeFileSync('suite.json', '{"datasets":' + JSON.stringify(datasets) + ',\n"cases":[\n' + cases.map(c => JSON.stringify(c)).join(',\n') + '\n]}\n');
  console.log(cases.length, 'cases');
})();
