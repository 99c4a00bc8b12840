// Handles the copy buttons. A button copies the URL of a link, or the text of an element
// that is not a link.
let hiding;

export const toast = (text) => {
  const box = document.querySelector('[data-toast]');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { box.hidden = true; }, 1800);
};

export const watchCopies = () => document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const from = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(from.href ?? from.textContent);
    toast('Copied');
  } catch {
    toast('The browser does not allow copying');
  }
});
