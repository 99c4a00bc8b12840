// Writes random.json: random expressions, and their results in jsonata 2.0.6.
//
//   NODE_PATH=FOLDER/node_modules node random.js SEED COUNT > random.json
//
// FOLDER has jsonata 2.0.6. The input and the expressions depend only on the seed.
const jsonata = require('jsonata');
let state = Number(process.argv[2] || 1) >>> 0;
const count = Number(process.argv[3] || 1000);

function random(n) { // mulberry32
  state = (state + 0x6D2B79F5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (...list) => list[random(list.length)];

const input = {
  empty: [], one: [1], two: [1, 2], mixed: [1, 'a', null, true, [2, [3]], { a: 1 }], none: null, yes: true, no: false,
  zero: 0, half: -2.5, big: 1e21, text: 'Hello, World', blank: '', emoji: 'a😀é', number: '-12.5e1',
  list: [{ a: 1, b: 'x', c: [] }, { a: 2, b: 'y', c: [1] }, { a: 3, b: 'x', c: [1, 2] }],
  nested: { a: { b: { c: [{ d: 1 }, { d: [2, 3] }] } }, list: [[1, 2], [], [3]] }, object: { z: 1, a: 2, '10': 3, '9': 4 }, emptyObject: {},
  orders: [{ id: 'o1', items: [{ sku: 's1', price: 3, qty: 2 }, { sku: 's2', price: 5, qty: 1 }] }, { id: 'o2', items: [{ sku: 's1', price: 4, qty: 3 }] }],
};
const bindings = { x: [3, 1, 2], y: 'b', o: { k: 'v', n: { m: [1] } }, e: [] };

const names = ['empty', 'one', 'two', 'mixed', 'none', 'zero', 'half', 'text', 'emoji', 'list', 'nested', 'object', 'emptyObject', 'missing', 'a', 'b', 'c', 'd', 'orders', 'items', 'sku', 'price', 'qty', 'id'];
const leaf = () => pick(...names, ...names, '$', '$$', '$x', '$y', '$o', '$e', '1', '0', '-1', '2.5', '""', '"a"', '"x,y"', 'true', 'false', 'null', '[]', '{}', '*', '**', '[1..3]', 'nested.list', 'list.a', 'list.c', 'nested.a.b.c.d', 'orders.items', 'orders.items.sku', '$missing', '"😀b"');
const text = d => pick('text', 'emoji', 'blank', 'number', '"ab"', '"a-b-c"', '" a  b "', '$string(' + expr(d - 1) + ')', '$y');
const number = d => pick('0', '1', '2', '3', '-1', '0.5', '1e3', 'half', '$count(' + expr(d - 1) + ')', '1234.5678', '-7', '123456789');
const list = d => pick('empty', 'one', 'two', 'list', 'mixed', '$x', '$e', '[1..4]', '["b","a"]', 'orders.items', 'nested.list', '[' + expr(d - 1) + ',' + expr(d - 1) + ']', expr(d - 1));
const object = d => pick('object', 'emptyObject', '$o', 'nested', '{"p":' + expr(d - 1) + ',"q":' + expr(d - 1) + '}', 'list', expr(d - 1));
const fn = d => pick('function($v){$v}', 'function($v,$i){$i}', 'function($v){$v.a}', 'function($v){$v > 1}', '$string', '$boolean', 'function($v,$i,$a){$count($a)}', 'function($l,$r){$l > $r}', 'function($v){' + expr(d - 1) + '}', '$sum', '$uppercase', 'function($p,$v){[$p,$v]}');
const pattern = () => pick('/a/', '/[a-c]+/', '/(a)(b)?/', '/l+/i', '/^./', '/\\s/', '/😀/', '/o|l/', '/\\d+/', '/x*/', '"a"', '""', '","', '/(.)(.)/');
const picture = () => pick('"0"', '"#,##0.00"', '"00.0"', '"0%"', '"#"', '"0.###"', '"(0)"', '"#,##0;(#)"', '"#,#0,000"', '"x"', '"000,000"', '".00"', '"0‰"');
const whole = () => pick('"w"', '"W"', '"Ww"', '"I"', '"i"', '"a"', '"A"', '"0"', '"000"', '"#,##0"', '"0;o"', '"w;o"', '"Ww;o"', '"#:##0"', '"١"');
const date = () => pick('"[Y]-[M01]-[D01]"', '"[D1o] [MNn] [Y0001]"', '"[H01]:[m01]:[s01].[f001]"', '"[h#1]:[m01] [P]"', '"[FNn,3-3] [W] [w] [X] [x] [d]"', '"[Y,2-2][M,2-2]"', '"[Z]"', '"[z0]"', '"[YI] [MN,*-3]"', '"[Dwo] [Y]"', '"[[x]] [Y]"', '"[M]/[D]/[Y] [H]:[m]"', '"[q]"', '"[Y"');
const millis = () => pick('0', '1510067557121', '-1', '951782400000', '1230768000000', '253402300799999', '1e12');
const op = () => pick('+', '-', '*', '/', '%', '=', '!=', '<', '<=', '>', '>=', '&', 'and', 'or', 'in');

function call(d) {
  const e = () => expr(d - 1);
  return pick(
    () => '$string(' + e() + ')', () => '$string(' + e() + ', true)', () => '$length(' + text(d) + ')', () => '$substring(' + text(d) + ', ' + number(d) + ')',
    () => '$substring(' + text(d) + ', ' + number(d) + ', ' + number(d) + ')', () => '$substringBefore(' + text(d) + ', ' + text(d) + ')', () => '$substringAfter(' + text(d) + ', ' + text(d) + ')',
    () => '$uppercase(' + text(d) + ')', () => '$lowercase(' + text(d) + ')', () => '$trim(' + text(d) + ')', () => '$pad(' + text(d) + ', ' + pick('5', '-12', '0', '20') + ')', () => '$pad(' + text(d) + ', ' + pick('5', '-12', '20') + ', "xy")',
    () => '$contains(' + text(d) + ', ' + pattern() + ')', () => '$split(' + text(d) + ', ' + pattern() + ')', () => '$split(' + text(d) + ', ' + pattern() + ', ' + pick('0', '1', '2', '-1', '1.5') + ')',
    () => '$join(' + list(d) + ', ' + text(d) + ')', () => '$join(' + list(d) + ')', () => '$match(' + text(d) + ', ' + pick('/a/', '/l/', '/(.)(b)?/', '/[a-z]+/', '/o|l/') + ')', () => '$match(' + text(d) + ', /./, ' + pick('0', '1', '2') + ')',
    () => '$replace(' + text(d) + ', ' + pattern() + ', ' + pick('"-"', '"[$0]"', '"$1$2"', '"$$"', '"$"', 'function($m){$uppercase($m.match)}') + ')', () => '$replace(' + text(d) + ', ' + pattern() + ', "z", ' + pick('0', '1', '2') + ')',
    () => '$base64encode(' + text(d) + ')', () => '$base64decode($base64encode(' + text(d) + '))', () => '$encodeUrl(' + text(d) + ')', () => '$encodeUrlComponent(' + text(d) + ')', () => '$decodeUrlComponent($encodeUrlComponent(' + text(d) + '))', () => '$decodeUrl(' + pick('"%41%2F%C3%A9"', '"%"', '"%zz"') + ')',
    () => '$number(' + pick('text', 'number', '"0x1F"', '"0b101"', '"0o17"', '"1e3"', '".5"', '"12abc"', 'true', 'none', e()) + ')', () => '$abs(' + number(d) + ')', () => '$floor(' + number(d) + ')', () => '$ceil(' + number(d) + ')', () => '$round(' + number(d) + ', ' + pick('0', '1', '2', '-1', '-2') + ')',
    () => '$power(' + number(d) + ', ' + pick('2', '-1', '0.5', '0') + ')', () => '$sqrt(' + number(d) + ')', () => '$formatNumber(' + pick('0', '1', '-1', '0.5', '1234.567', '-0.25', '1e6', '12345678') + ', ' + picture() + ')', () => '$formatBase(' + number(d) + ', ' + pick('2', '16', '36', '1', '8') + ')',
    () => '$formatInteger(' + pick('0', '1', '12', '-3', '1999', '21', '100', '123456', '1000000', '7.9') + ', ' + whole() + ')', () => '$parseInteger(' + pick('"12"', '"twelve"', '"XIV"', '"b"', '"1,234"', '"twenty-first"', '"1,234"') + ', ' + whole() + ')',
    () => '$sum(' + list(d) + ')', () => '$max(' + list(d) + ')', () => '$min(' + list(d) + ')', () => '$average(' + list(d) + ')', () => '$count(' + list(d) + ')', () => '$append(' + e() + ', ' + e() + ')', () => '$sort(' + list(d) + ')', () => '$sort(' + list(d) + ', function($l,$r){$l > $r})', () => '$sort(list, function($l,$r){$l.a < $r.a})',
    () => '$reverse(' + list(d) + ')', () => '$distinct(' + list(d) + ')', () => '$zip(' + list(d) + ', ' + list(d) + ')', () => '$map(' + list(d) + ', ' + fn(d) + ')', () => '$filter(' + list(d) + ', ' + fn(d) + ')', () => '$reduce(' + list(d) + ', ' + pick('function($a,$b){$a & $b}', 'function($a,$b){$append($a,$b)}', 'function($a,$b,$i){$i}', 'function($a){$a}') + ')', () => '$reduce(' + list(d) + ', function($a,$b){$a & $b}, ' + e() + ')', () => '$single(' + list(d) + ', ' + fn(d) + ')',
    () => '$keys(' + object(d) + ')', () => '$lookup(' + object(d) + ', ' + pick('"a"', '"k"', '"zz"') + ')', () => '$spread(' + object(d) + ')', () => '$merge(' + pick('list', 'empty', '[object, $o]', '$spread(object)', e()) + ')', () => '$each(' + object(d) + ', ' + fn(d) + ')', () => '$sift(' + object(d) + ', ' + fn(d) + ')', () => '$clone(' + object(d) + ')',
    () => '$boolean(' + e() + ')', () => '$not(' + e() + ')', () => '$exists(' + e() + ')', () => '$type(' + e() + ')', () => '$error(' + text(d) + ')', () => '$assert(' + e() + ', "no")',
    () => '$fromMillis(' + millis() + ', ' + date() + ')', () => '$fromMillis(' + millis() + ')', () => '$fromMillis(' + millis() + ', "[H01]:[m01] [Z0101t]", ' + pick('"+0530"', '"-0800"', '"0000"') + ')', () => '$toMillis($fromMillis(' + millis() + '))', () => '$toMillis(' + pick('"2018-03-27"', '"2017"', '"2017-10-30T16:25:32.935Z"', '"2017-10-30T16:25:32+0200"', '"x"') + ')',
    () => '$toMillis(' + pick('"2018-03-27"', '"27th March 2018"', '"12/31/2020 23:59"', '"March 2018"', '"3:05 pm"') + ', ' + pick('"[Y]-[M]-[D]"', '"[D1o] [MNn] [Y]"', '"[M]/[D]/[Y] [H]:[m]"', '"[MNn] [Y]"') + ')')();
}

function expr(d) {
  if (d <= 0) return leaf();
  const e = () => expr(d - 1);
  return pick(
    leaf, leaf, () => e() + '.' + e(), () => e() + '.' + leaf(), () => '(' + e() + ')[' + e() + ']', () => leaf() + '[' + pick('0', '-1', '1', '5', '$ > 1', 'a = 2', '$ = "a"', 'b', '[0,1]', e()) + ']', () => '(' + e() + ' ' + op() + ' ' + e() + ')',
    () => '[' + e() + ', ' + e() + ']', () => '[' + e() + ']', () => '{"k": ' + e() + ', "l": ' + e() + '}', () => '{$string(' + e() + '): ' + e() + '}', () => 'list{b: a}', () => 'list{b: ' + e() + '}', () => '(' + e() + '){"a": ' + e() + '}', () => 'orders.items{sku: $sum(price)}',
    () => '(' + e() + ' ? ' + e() + ' : ' + e() + ')', () => '(' + e() + ' ? ' + e() + ')', () => '($v := ' + e() + '; [$v, ' + e() + '])', () => leaf() + '[]', () => e() + '.*', () => '(' + e() + ')^(' + pick('a', '>a', 'b, >a', '$', 'price', 'missing') + ')', () => 'list^(>a).b', () => 'orders.items^(price).sku',
    () => e() + ' ~> ' + pick('$string', '$count', '$sum', '$keys', '$reverse', '$map(' + fn(d) + ')', '$filter(' + fn(d) + ')', '$append(1)', '$join("-")', '|$|{"n":1}|', '|**|{"n":$count($)}|', '|orders|{"a":0},["id"]|', 'y'), () => '-' + e(), () => '[' + pick('0', '1', 'zero', '2.5') + '..' + pick('0', '3', '-1', 'two') + ']',
    () => 'orders@$o1.items@$i1.{"id": $o1.id, "sku": $i1.sku}', () => 'list#$i[' + pick('$i > 0', '$i = 1', 'a > 1') + '].{"i": $i, "b": b}', () => 'orders.items.{"sku": sku, "id": %.id}', () => 'orders.items[' + pick('price > 3', '%.id = "o1"') + '].(%.id & sku)', () => 'list.c#$p.{"v": $, "p": $p}', () => 'orders#$i.items#$j.[$i, $j]',
    () => '(function($a, $b){[$a, $b]})(' + e() + ', ' + e() + ')', () => '(function($a)<' + pick('n:n', 's-:s', 'a<n>', 'x', 'j?', '(ns)', 'o') + '>{$a})(' + e() + ')', () => '($f := function($n){$n <= 0 ? ' + e() + ' : $f($n - 1)}; $f(3))', () => '($g := $substring(?, ' + number(d) + '); $g(' + text(d) + '))', () => leaf() + '(' + e() + ')',
    () => call(d), () => call(d), () => call(d), () => call(d), () => call(d), () => call(d), () => call(d), () => call(d))();
}

(async () => {
  const cases = [], seen = new Set();
  while (cases.length < count) {
    const source = expr(1 + random(3));
    if (seen.has(source) || source.length > 200) continue;
    if (/emoji/.test(source) && /\/[^/]*\.[^/]*\//.test(source)) continue; // A dot is a code unit in JavaScript.
    seen.add(source);
    const out = { name: 'random/' + cases.length, expr: source, dataset: 'input', bindings };
    try {
      const got = await jsonata(source).evaluate(JSON.parse(JSON.stringify(input)), JSON.parse(JSON.stringify(bindings)));
      const text = JSON.stringify(got, (key, value) => typeof value === 'number' && !isFinite(value) ? 'not finite' : value);
      if (text === undefined) out.undefined = true; else { if (text.length > 2000 || /_jsonata_|environment|not finite/.test(text)) continue; out.result = JSON.parse(text); }
    } catch (err) {
      if (!err.code) continue; // An error of JavaScript.
      if (/[[{].*[,:].*[\]}]/.test(source)) continue; // Items are evaluated concurrently, so the first error is not always the same.
      out.code = err.code; out.message = err.message;
      if (err.message.length > 300 || /_jsonata_/.test(err.message)) continue;
    }
    cases.push(out);
  }
  console.log('{"datasets":' + JSON.stringify({ input }) + ',\n"bindings":' + JSON.stringify(bindings) + ',\n"cases":[\n' + cases.map(c => JSON.stringify({ ...c, name: undefined, dataset: undefined, bindings: undefined })).join(',\n') + '\n]}');
})();
