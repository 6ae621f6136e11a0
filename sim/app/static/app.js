"use strict";

// Everything works without this file; it saves reloading. The slider is in slider.js.

function show(html) {
  const article = document.getElementById("answer");
  const open = new Set([...article.querySelectorAll("details[open] > summary")].map((x) => x.textContent));
  const slider = article.querySelector("[data-slider] input");
  const kept = slider ? slider.value : null;
  // The words of the server, whose values are all escaped there; no script in them can run (CSP).
  article.innerHTML = html;
  for (const summary of article.querySelectorAll("details > summary")) {
    if (open.has(summary.textContent)) summary.parentElement.open = true;
  }
  const box = article.querySelector("[data-slider]");
  if (box && kept !== null) box.dataset.kept = kept;
  fillSlider(article);
}

function follow(state) {
  const events = new EventSource(state.dataset.events);
  events.addEventListener("answer", (event) => show(event.data));
  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    const status = document.getElementById("status");
    if (status.textContent !== told.status) status.textContent = told.status;
    const bar = document.getElementById("progress");
    if (bar && bar.hasAttribute("value")) bar.value = told.percent;
    if (told.over) {
      events.close();
      for (const id of ["progress", "cancel"]) document.getElementById(id)?.remove();
    }
  });
}

function editRoster(editor) {
  const form = editor.closest("form"), week = document.getElementById("roster-week");
  let waiting = 0;
  const ask = async () => {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch("/roster", { method: "POST", body });
    if (response.ok) week.innerHTML = await response.text();
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); };
  editor.addEventListener("input", soon);
  editor.querySelector("button").addEventListener("click", (event) => { event.preventDefault(); ask(); });
  form.elements.program.addEventListener("change", () => { if (editor.open) soon(); });
}

function weigh(form) {
  const input = form.querySelector("input[type=file]"), note = document.getElementById("too-large");
  form.addEventListener("submit", (event) => {
    const [file] = input.files;
    note.hidden = !file || file.size <= Number(form.dataset.mostBytes);
    if (note.hidden) return;
    event.preventDefault();
    note.textContent = `Expected at most 25 MB, got ${Math.ceil(file.size / 1e6)} MB: upload fewer months, or compress the file.`;
  });
}

const state = document.getElementById("state");
if (state && state.dataset.over === "no") follow(state);
const editor = document.getElementById("roster-editor");
if (editor) editRoster(editor);
const upload = document.getElementById("upload");
if (upload) weigh(upload);
