"use strict";

// The slider over points of a curve, which are all in its table.

function fillSlider(root) {
  const box = root.querySelector("[data-slider]");
  if (!box) return;
  const heads = [...root.querySelectorAll("[data-points] thead th")].map((cell) => cell.textContent.trim());
  const rows = [...root.querySelectorAll("[data-points] tbody tr")].map((row) => [...row.children].map((cell) => cell.textContent.trim()));
  const slider = box.querySelector("input"), output = box.querySelector("output");
  const tell = () => {
    const row = rows[slider.value];
    slider.setAttribute("aria-valuetext", row[0] + " posts");
    const figures = heads.slice(1).map((head, at) => head + ": " + row[at + 1]).filter((line) => !line.endsWith("–"));
    output.textContent = [row[0] + " posts", ...figures].join("\n");
  };
  if (box.dataset.kept !== undefined) slider.value = box.dataset.kept;
  slider.addEventListener("input", tell);
  box.hidden = false;
  tell();
}

fillSlider(document);
