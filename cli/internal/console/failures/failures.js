// Shows the failures, and the progress of a replay.
import { follow, part, token } from './live.js';
import { toast } from './copy.js';

const form = document.querySelector('[data-failures]');
const list = document.querySelector('[data-list]');
const box = document.querySelector('[data-job]');
const [title, count, bar, lines] = ['title', 'count', 'bar', 'lines'].map((name) => document.querySelector(`[data-job-${name}]`));
let seen;

const load = async () => {
  list.setAttribute('aria-busy', 'true');
  try {
    list.replaceChildren(await part(list.dataset.list));
  } catch (problem) {
    const notice = document.createElement('p');
    notice.className = 'notice bad';
    notice.textContent = problem.message;
    list.replaceChildren(notice);
  }
  list.removeAttribute('aria-busy');
};

const tick = () => {
  const many = form.querySelectorAll('input[type=checkbox]:checked').length;
  const button = form.querySelector('[data-chosen]');
  if (button) button.disabled = many === 0;
};

const line = ({ key, name, url, status, tone, text }) => {
  const row = document.createElement('li');
  const [badge, dot, link] = [document.createElement('span'), document.createElement('i'), document.createElement('a')];
  badge.className = `badge ${tone}`;
  badge.append(dot, status);
  link.href = url;
  link.textContent = key || name;
  row.append(badge, ' ', link, text ? ` ${text}` : '');
  return row;
};

const show = (job) => {
  const before = seen;
  seen = job;
  if (!job.number) return;
  box.hidden = false;
  title.textContent = job.running ? 'Replaying…' : job.problem ? 'The replay has stopped' : 'Replayed';
  count.textContent = [`${job.done} of ${job.total}`, job.ok && `${job.ok} succeeded`, job.failed && `${job.failed} failed again`].filter(Boolean).join(', ');
  bar.hidden = !job.running;
  if (job.total) { bar.max = job.total; bar.value = job.done; } else bar.removeAttribute('value');
  lines.replaceChildren(...job.lines.toReversed().map(line));
  if (job.problem) lines.prepend(job.problem);
  if (before?.running && !job.running) load();
};

const send = async (event) => {
  event.preventDefault();
  const data = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: 'POST', body: data, redirect: 'manual', headers: { 'X-CSRF-Token': token() } });
  if (answer.type !== 'opaqueredirect') toast(await answer.text());
};

export const start = () => {
  form.addEventListener('submit', send);
  form.addEventListener('change', tick);
  document.querySelector('[data-refresh]').addEventListener('click', load);
  load();
  follow(() => '/failures/events', { job: show });
};
