// Uploads files and folders that the user drops or selects. Three files are sent in
// parallel. The line of a file shows its progress and its outcome.
import { token } from './live.js';

const atOnce = 3;
const box = document.querySelector('[data-uploads]');
const list = document.querySelector('[data-uploads-list]');
const title = document.querySelector('[data-uploads-title]');
const rows = new Map(); // by id
const waiting = [];
let [running, limit, prefix] = [0, Infinity, ''];

const line = (name) => {
  const row = document.createElement('li');
  const [label, word, bar, why] = ['span', 'span', 'progress', 'span'].map((kind) => document.createElement(kind));
  label.className = 'name';
  label.textContent = label.title = name;
  word.className = 'badge quiet';
  word.append(document.createElement('i'), 'Waiting');
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute('aria-label', `Progress of ${name}`);
  why.className = 'why';
  why.hidden = true;
  row.append(label, word, bar, why);
  return row;
};

const say = (row, tone, text, reason) => {
  const [word, why] = [row.querySelector('.badge'), row.querySelector('.why')];
  word.className = `badge ${tone}`;
  word.lastChild.textContent = text;
  why.textContent = reason ?? '';
  why.hidden = !reason;
  row.dataset.tone = tone;
  if (tone !== 'run' && tone !== 'quiet') row.querySelector('progress').hidden = true;
  count();
};

const count = () => {
  const all = [...list.children];
  const of = (tone) => all.filter((row) => row.dataset.tone === tone).length;
  const parts = [[of('good'), 'ready'], [of('warning'), 'rejected'], [of('bad'), 'failed']].filter(([many]) => many).map(([many, word]) => `${many} ${word}`);
  title.textContent = `Uploads: ${all.length}${parts.length ? `, ${parts.join(', ')}` : ''}`;
};

const tones = { READY: ['good', 'Ready'], REJECTED: ['warning', 'Rejected'], FAILED: ['bad', 'Failed'], SUPERSEDED: ['quiet', 'Superseded'], ERASED: ['quiet', 'Erased'] };

// Shows the outcome of an upload. The server sends it some time after the upload.
export const uploadEnded = ({ id, status, code, reason }) => {
  const row = rows.get(id);
  if (!row) return;
  const [tone, text] = tones[status] ?? ['run', 'Processing'];
  say(row, tone, text, [code, reason].filter(Boolean).join(': '));
};

const send = (id, file, key, row) => new Promise((done) => {
  const request = new XMLHttpRequest(); // fetch does not report the progress.
  const bar = row.querySelector('progress');
  request.upload.onprogress = ({ loaded, total }) => { bar.value = total ? loaded / total : 1; };
  request.onerror = () => { say(row, 'bad', 'Failed', 'The console does not answer. Is it still running?'); done(); };
  request.onload = () => {
    bar.value = 1;
    if (request.status === 200) say(row, 'run', 'Processing');
    else {
      let result = {};
      try { result = JSON.parse(request.responseText); } catch { result = { status: 'FAILED', reason: request.responseText }; }
      uploadEnded({ id, status: result.status || 'FAILED', code: result.code, reason: result.reason });
    }
    done();
  };
  request.open('PUT', `/upload?${new URLSearchParams({ key, id })}`);
  request.setRequestHeader('X-CSRF-Token', token());
  if (file.type) request.setRequestHeader('Content-Type', file.type);
  say(row, 'run', 'Sending');
  request.send(file);
});

const next = async () => {
  while (running < atOnce && waiting.length) {
    running++;
    send(...waiting.shift()).finally(() => { running--; next(); });
  }
};

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

const add = (file, name) => {
  const id = crypto.randomUUID();
  const row = line(name);
  rows.set(id, row);
  list.append(row);
  box.hidden = false;
  if (file.size > limit) {
    uploadEnded({ id, status: 'REJECTED', code: 'TOO_MANY_BYTES', reason: `it has ${megabytes(file.size)}; the recipe allows ${megabytes(limit)}` });
    return;
  }
  count();
  waiting.push([id, file, prefix + name, row]);
  next();
};

// The entries of a folder are read in several parts.
const walk = async (entry, path) => {
  if (entry.isFile) {
    add(await new Promise((done, fail) => { entry.file(done, fail); }), path + entry.name);
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, fail) => { reader.readEntries(done, fail); });
    if (!some.length) return;
    for (const one of some) if (!one.name.startsWith('.')) await walk(one, `${path}${entry.name}/`);
  }
};

const drop = (event) => {
  event.preventDefault();
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length) entries.forEach((entry) => walk(entry, ''));
  else [...event.dataTransfer.files].forEach((file) => add(file, file.name));
};

export const startUploads = (maxBytes, under) => {
  [limit, prefix] = [maxBytes, under];
  const [veil, input] = [document.querySelector('[data-drop]'), document.querySelector('[data-files]')];
  let depth = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes('Files');
  addEventListener('dragenter', (event) => { if (holdsFiles(event)) { depth++; veil.hidden = false; } });
  addEventListener('dragleave', (event) => { if (holdsFiles(event) && --depth <= 0) { depth = 0; veil.hidden = true; } });
  addEventListener('dragover', (event) => { if (holdsFiles(event)) event.preventDefault(); });
  addEventListener('drop', (event) => { if (holdsFiles(event)) { depth = 0; veil.hidden = true; drop(event); } });
  document.querySelector('[data-pick]').addEventListener('click', () => input.click());
  input.addEventListener('change', () => { [...input.files].forEach((file) => add(file, file.webkitRelativePath || file.name)); input.value = ''; });
  document.querySelector('[data-uploads-close]').addEventListener('click', () => { box.hidden = true; });
  addEventListener('beforeunload', (event) => { if (running) event.preventDefault(); });
};
