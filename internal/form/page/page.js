'use strict';

const root = document.documentElement;
const status = document.getElementById('status');
const radios = document.querySelectorAll('input[name=language]');

// The address can name the language (#ja). Otherwise the browser's settings do.
// An address of a field, such as #resource-base-url, names none.
function chooseLanguage() {
  const preferred = navigator.language.startsWith('ja') ? 'ja' : 'en';
  showLanguage(namedLanguage() ?? preferred);
}

function namedLanguage() {
  return ['en', 'ja'].find(language => location.hash === '#' + language);
}

function showLanguage(language) {
  root.lang = language;
  for (const radio of radios) radio.checked = radio.value === language;
  say('', false);
}

async function copy(button) {
  const value = valueBeside(button);
  if (await write(value.textContent)) {
    button.classList.add('copied');
    say(button.innerText, false);
    count();
    saveProgress();
    return;
  }
  reveal(value, true);
  getSelection().selectAllChildren(value);
  say(document.querySelector(`#by-hand .${root.lang}`).textContent, true);
}

function valueBeside(button) {
  return button.closest('.input, .command').querySelector('.value');
}

// write puts text on the clipboard and reports whether it could. Without
// navigator.clipboard it calls execCommand at once, because browsers allow that
// only in direct answer to a click.
async function write(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Not allowed here. execCommand may be.
    }
  }
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  focused.focus();
  return done;
}

function count() {
  const copied = document.querySelectorAll('[data-counts].copied').length;
  const bar = document.querySelector('progress');
  bar.value = copied;
  const text = document.getElementById('progress');
  text.classList.toggle('complete', copied === bar.max);
  for (const span of text.children) {
    span.textContent = span.textContent.replace(/\d+/, copied); // the first number
  }
  for (const card of document.querySelectorAll('.step:has([data-copy])')) {
    card.classList.toggle('done', !card.querySelector('[data-copy]:not(.copied)'));
  }
}

// The progress survives a reload. Only the addresses of what was copied are
// saved, never a value. A page that was written anew has new values, so that it
// begins with nothing copied. All files share one storage in some browsers: the
// path tells the pages apart.
const progressKey = 'retool-form ' + location.pathname;
const written = root.dataset.written;

function saveProgress() {
  const copied = [...document.querySelectorAll('.input .copied')].map(button => button.dataset.copy);
  try {
    localStorage.setItem(progressKey, JSON.stringify({written, copied}));
  } catch {
    // This browser stores nothing, such as in a private window.
  }
}

function restoreProgress() {
  const saved = savedProgress();
  if (saved?.written !== written || !Array.isArray(saved.copied)) return;
  for (const button of document.querySelectorAll('.input [data-copy]')) {
    button.classList.toggle('copied', saved.copied.includes(button.dataset.copy));
  }
  count();
}

function savedProgress() {
  try {
    return JSON.parse(localStorage.getItem(progressKey));
  } catch {
    return null; // nothing is stored, or something else than the progress
  }
}

function reveal(value, visible) {
  const input = value.closest('.secret');
  if (!input) return;
  input.classList.toggle('revealed', visible);
  input.querySelector('.mask').hidden = visible;
  value.hidden = !visible;
  const box = value.parentElement; // a revealed value scrolls in it, also by keyboard
  box.scrollTop = 0;
  if (visible) box.tabIndex = 0;
  else box.removeAttribute('tabindex');
}

// say gives a text to screen readers and, if visible, shows it.
function say(text, visible) {
  status.classList.toggle('visible', visible);
  status.textContent = text;
}

for (const radio of radios) {
  radio.addEventListener('change', () => {
    showLanguage(radio.value);
    location.replace('#' + radio.value);
  });
}
for (const button of document.querySelectorAll('[data-copy]')) {
  button.addEventListener('click', () => copy(button));
}
for (const button of document.querySelectorAll('[data-reveal]')) {
  const value = valueBeside(button);
  button.addEventListener('click', () => reveal(value, value.hidden));
}
addEventListener('hashchange', () => {
  if (namedLanguage()) chooseLanguage();
});
chooseLanguage();
restoreProgress();
