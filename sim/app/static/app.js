"use strict";

// Everything works without this file; it saves reloading.

function fillSlider(root) {
  const box = root.querySelector("[data-slider]");
  if (!box) return;
  const heads = [...root.querySelectorAll("[data-points] thead th")].map((cell) => cell.textContent.trim());
  const rows = [...root.querySelectorAll("[data-points] tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent.trim()));
  const slider = box.querySelector("input"), output = box.querySelector("output");
  const tell = () => {
    const row = rows[slider.value];
    slider.setAttribute("aria-valuetext", row[0] + " posts");
    output.textContent = row[0] + " posts: " + heads.slice(1).map((head, at) => head + " " + row[at + 1]).join("; ") + ".";
  };
  if (box.dataset.kept !== undefined) slider.value = box.dataset.kept;
  slider.addEventListener("input", tell);
  box.hidden = false;
  tell();
}

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
    if (bar) bar.value = told.percent;
    if (told.over) {
      events.close();
      for (const id of ["progress", "cancel"]) document.getElementById(id)?.remove();
    }
  });
}

function editRoster(editor) {
  const form = document.getElementById("ask"), week = document.getElementById("roster-week");
  let waiting = 0;
  const ask = async () => {
    const body = new URLSearchParams(new FormData(form));
    const response = await fetch("/roster", { method: "POST", body });
    if (response.ok) week.innerHTML = await response.text();
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(ask, 250); };
  editor.addEventListener("input", soon);
  editor.querySelector("button").addEventListener("click", (event) => { event.preventDefault(); ask(); });
  form.querySelector("#program").addEventListener("change", () => { if (editor.open) soon(); });
}

const state = document.getElementById("state");
if (state && state.dataset.over === "no") follow(state);
const editor = document.getElementById("roster-editor");
if (editor) editRoster(editor);
fillSlider(document);
