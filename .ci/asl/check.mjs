// Checks definitions of state machines with the programs that AWS and others publish:
//
//   node check.mjs FILE…
//
// 1. AWS's language service, which its editors use: structure, names, reachable states.
// 2. The JSON schemas of asl-validator: each field of each state.
// 3. The reference implementation of JSONata: each {% expression %} can be parsed.
//
// A placeholder of a template, ${name}, may stand inside a string.
import fs from 'node:fs';

import service from 'amazon-states-language-service';
import validator from 'asl-validator';
import jsonata from 'jsonata';
import { TextDocument } from 'vscode-languageserver-textdocument';

const validate = validator.default ?? validator;

// problemsOfLanguage returns what AWS's language service reports about a definition.
async function problemsOfLanguage(text) {
  const document = TextDocument.create('file:///definition.asl', 'asl', 1, text);
  const language = service.getLanguageService({});
  const found = await language.doValidation(document, language.parseJSONDocument(document), {});

  return found.map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
}

// problemsOfSchema returns what the JSON schemas report about a definition.
function problemsOfSchema(definition) {
  const { isValid, errorsText } = validate(definition, { checkPaths: true, checkArn: false });

  return isValid ? [] : [errorsText()];
}

// expressionsIn yields the place and the text of each JSONata expression in a value.
function* expressionsIn(value, place = '') {
  if (typeof value === 'string') {
    if (value.startsWith('{%') && value.endsWith('%}')) yield [place, value.slice(2, -2)];
  } else if (value !== null && typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) yield* expressionsIn(member, `${place}/${name}`);
  }
}

// problemsOfExpressions returns the expressions that cannot be parsed.
function problemsOfExpressions(definition) {
  const problems = [];

  for (const [place, expression] of expressionsIn(definition)) {
    try {
      jsonata(expression);
    } catch (error) {
      problems.push(`${place}: ${error.message ?? error.code} in {%${expression}%}`);
    }
  }

  return problems;
}

// check returns the problems of a file.
async function check(file) {
  const text = fs.readFileSync(file, 'utf8');

  let definition;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    return [error.message];
  }

  return [...await problemsOfLanguage(text), ...problemsOfSchema(definition), ...problemsOfExpressions(definition)];
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: check FILE…');
  process.exit(2);
}

let failed = false;

for (const file of files) {
  const problems = await check(file);
  failed ||= problems.length > 0;
  console.log(problems.length === 0 ? `${file}: ok` : problems.map((problem) => `${file}: ${problem}`).join('\n'));
}

process.exit(failed ? 1 : 0);
