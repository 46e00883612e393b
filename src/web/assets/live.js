// Follows live captions: new lines come as server-sent events; what was missed while the connection was lost is asked for
// by the number of the last line. No line is ever made of markup.
"use strict";

const root = document.documentElement;
const list = document.getElementById("lines");
const stateText = document.getElementById("state");
const newest = document.getElementById("newest");
const isOverlay = root.classList.contains("overlay");
const { live, paused, ended, reconnecting } = stateText.dataset;
const words = { live, paused, ended, reconnecting };
const speakerStyles = 8;
/** An overlay shows the last lines only, and only while they are news. */
const [overlayLines, overlayMs] = [3, 12_000];
const mostLines = 5000;
let lastId = Number(list.dataset.last);

follow(1000);
setUpDisplay();

function follow(retryMs) {
  const events = new EventSource(`${list.dataset.events}?after=${lastId}`);
  events.addEventListener("open", () => {
    retryMs = 1000;
  });
  events.addEventListener("line", ({ data }) => addLine(JSON.parse(data)));
  events.addEventListener("gone", ({ data }) => removeSpeaker(JSON.parse(data).speaker));
  events.addEventListener("state", ({ data }) => {
    const { state } = JSON.parse(data);
    showState(state);
    if (state === "ended") events.close();
  });
  events.addEventListener("error", () => {
    showState("reconnecting");
    // The browser goes on trying by itself unless the answer was no stream: then somebody between may be to blame.
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => void comeBack(Math.min(30_000, retryMs * 2)), retryMs);
  });
}

async function comeBack(retryMs) {
  const page = await fetch(location.pathname, { method: "HEAD" }).catch(() => undefined);
  // The link is over: the page says why.
  if (page?.status === 404) location.reload();
  else follow(retryMs);
}

function addLine({ id, speaker, name, text, time }) {
  if (id <= lastId) return;
  lastId = id;
  const item = document.createElement("li");
  item.dataset.speaker = speaker;
  item.dataset.style = speaker % speakerStyles;
  item.append(part("time", time), " ", part("b", name), " ", part("span", text));
  const wasAtEnd = isAtEnd();
  document.getElementById("nothing")?.remove();
  list.append(item);
  const most = isOverlay ? overlayLines : mostLines;
  while (list.childElementCount > most) list.firstElementChild.remove();
  if (isOverlay) setTimeout(() => item.remove(), overlayMs);
  else if (wasAtEnd) toEnd();
  else newest.hidden = false;
}

function part(kind, text) {
  const element = document.createElement(kind);
  element.textContent = text;
  return element;
}

function removeSpeaker(speaker) {
  for (const item of list.querySelectorAll(`li[data-speaker="${Number(speaker)}"]`)) item.remove();
}

function showState(state) {
  const text = words[state] ?? "";
  if (stateText.textContent !== text) stateText.textContent = text;
  stateText.dataset.state = state;
}

function isAtEnd() {
  return root.scrollHeight - root.scrollTop - root.clientHeight < 80;
}

function toEnd() {
  root.scrollTop = root.scrollHeight;
  newest.hidden = true;
}

/** Colours and size stay on this device. Where nothing may be kept, they last as long as the page. */
function setUpDisplay() {
  if (isOverlay) {
    for (const item of list.children) setTimeout(() => item.remove(), overlayMs);
    return;
  }
  const colours = document.getElementById("colours");
  let size = Number(recall("size")) || 2;
  const show = () => {
    root.dataset.size = size;
    root.dataset.colours = colours.value;
    keep("size", size);
    keep("colours", colours.value);
  };
  const change = (by) => {
    const atEnd = isAtEnd();
    size = Math.min(6, Math.max(1, size + by));
    show();
    if (atEnd) toEnd();
  };
  colours.value = recall("colours") ?? "device";
  if (colours.value === "") colours.value = "device";
  colours.addEventListener("change", show);
  document.getElementById("smaller").addEventListener("click", () => change(-1));
  document.getElementById("larger").addEventListener("click", () => change(1));
  newest.addEventListener("click", () => {
    toEnd();
    list.focus();
  });
  addEventListener("scroll", () => {
    if (isAtEnd()) newest.hidden = true;
  });
  show();
  toEnd();
}

function recall(name) {
  try {
    return localStorage.getItem(`earshot-${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(`earshot-${name}`, value);
  } catch {
    // Private windows may refuse; it still holds for this page.
  }
}
