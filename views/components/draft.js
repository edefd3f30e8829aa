// A draft by mouse and by keyboard: which sentence is looked at, and what the person says of it.
const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
const SAID = { c: "confirmed", w: "needs work", x: "not checked" };

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function tell(name, value) {
  if (window.sourcewiseTell) window.sourcewiseTell(name, value);
}

function onClick(event) {
  const one = event.target.closest("[data-sentence]");
  if (one && !String(window.getSelection())) tell("chosen", Number(one.dataset.sentence));
}

function onKey(event) {
  if (!document.querySelector("[data-sentence]") || typing(event.target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const sentence = event.target.closest("[data-sentence]");
  const step = event.key.startsWith("Arrow") && !sentence ? undefined : STEPS[event.key];
  if (step) tell("stepped", step);
  else if (SAID[event.key] && !event.shiftKey) tell("said", SAID[event.key]);
  else if (sentence && (event.key === "Enter" || event.key === " ")) tell("chosen", Number(sentence.dataset.sentence));
  else return;
  event.preventDefault();
}

function listen() {
  if (window.sourcewiseReads) return;
  window.sourcewiseReads = true;
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
}

// The sentence that is looked at has the focus, unless something else was given it meanwhile.
function look(id, tries) {
  const one = document.getElementById(id);
  if (!one || one.getAttribute("aria-current") !== "true") {
    if (tries > 0) setTimeout(() => look(id, tries - 1), 50);
    return;
  }
  document.querySelector(".st-key-evidence")?.scrollTo({ top: 0 });
  if (document.activeElement === document.body || document.activeElement.closest("[data-sentence]")) {
    one.focus({ preventScroll: true });
  }
  const { top, bottom } = one.getBoundingClientRect();
  if (top < 80 || bottom > window.innerHeight * (window.innerWidth > 640 ? 0.9 : 0.5)) {
    one.scrollIntoView({ block: window.innerWidth > 640 ? "center" : "start", behavior: "instant" });
  }
}

export default function (component) {
  listen();
  window.sourcewiseTell = component.setTriggerValue;
  const { place, token } = component.data || {};
  if (place && window.sourcewiseLooked !== token) {
    window.sourcewiseLooked = token;
    look(place, 400);
  }
}
