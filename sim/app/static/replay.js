"use strict";

// Moves the clock over a day that is drawn already; without it the hour is chosen in the form.

const DAY_S = 86100, STILL = matchMedia("(prefers-reduced-motion: reduce)").matches;

function replay(root) {
  const player = root.querySelector("[data-player]"), clock = player.querySelector("#clock");
  const play = player.querySelector("[data-play]"), speed = player.querySelector("#speed");
  const now = root.querySelector("#now"), svg = root.querySelector("svg.day");
  const frame = svg.parentElement, cursor = svg.querySelector("[data-cursor]");
  const span = (item) => ({ from: +item.dataset.from, until: +item.dataset.until });
  const spells = [...svg.querySelectorAll("[data-state]")].map((item) => ({ ...span(item), state: item.dataset.state, zone: item.dataset.zone }));
  const waits = [...svg.querySelectorAll("[data-wait]")].map((item) => ({ ...span(item), zone: item.dataset.wait }));
  let at = +clock.value, timer = 0;

  const write = (within, selector, text) => {
    const place = within.querySelector(selector);
    if (place && place.textContent !== String(text)) place.textContent = text;
  };
  const show = () => {
    const here = (item) => item.from <= at && at < item.until;
    const teams = spells.filter(here), calls = waits.filter(here);
    const x = +svg.dataset.left + +svg.dataset.hour * at / 3600;
    const minutes = Math.floor(at / 60), pad = (n) => String(n).padStart(2, "0");
    const time = `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    if (frame.scrollWidth > frame.clientWidth) {
      frame.scrollLeft = x * svg.clientWidth / svg.viewBox.baseVal.width - frame.clientWidth / 2;
    }
    clock.value = at;
    clock.setAttribute("aria-valuetext", time);
    write(now, "[data-time]", time);
    write(now, "[data-waiting]", calls.length);
    for (const item of now.querySelectorAll("[data-count]")) {
      item.textContent = teams.filter((team) => team.state === item.dataset.count).length;
    }
    for (const item of root.querySelectorAll("[data-place], [data-row]")) {
      const zone = item.dataset.place ?? item.dataset.row;
      write(item, "[data-teams]", teams.filter((team) => team.zone === zone).length);
      write(item, "[data-waits]", calls.filter((call) => call.zone === zone).length);
    }
  };
  const go = (to) => { at = Math.min(Math.max(to, 0), DAY_S); show(); };
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    play.textContent = "Play";
    now.setAttribute("aria-live", "polite");
  };
  const start = () => {
    const beat = STILL ? 1000 : 100;  // whole steps for those who asked for less motion
    if (at >= DAY_S) go(0);
    now.setAttribute("aria-live", "off");
    play.textContent = "Pause";
    timer = setInterval(() => { go(at + speed.value * beat / 1000); if (at >= DAY_S) pause(); }, beat);
  };

  play.addEventListener("click", () => (timer ? pause() : start()));
  for (const button of player.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => { pause(); go(at + +button.dataset.step); });
  }
  clock.addEventListener("input", () => { pause(); go(+clock.value); });
  player.hidden = false;
  show();
}

const day = document.querySelector("[data-day]");
if (day) replay(day);
