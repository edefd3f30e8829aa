// A draft by mouse and by keyboard: which sentence is looked at, and what the person says of it.
const STEPS = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 };
const WAIT = 10000; // milliseconds in which evidence is awaited (a guess)
const SAID = { c: "confirmed", w: "needs work", x: "not checked" };

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function tell(name, value) {
  if (window.sourcewiseTell) window.sourcewiseTell(name, value);
}

// which sentence -----------------------------------------------------------------------------------------------------

// A sentence is chosen in the window at once; its evidence follows when the server has sent it. Until then every older
// answer that comes in is set right.
let wanted = null; // the number of the sentence whose evidence is awaited
let until = 0; // when it is awaited no longer, in milliseconds

const sentence = (number) => document.getElementById(`sw-s-${number}`);
const current = () => document.querySelector('.sw-draft [data-sentence][aria-current="true"]');
const numberOf = (one) => (one ? Number(one.dataset.sentence) : null);

function choose(number) {
  tell("chosen", number);
  if (!sentence(number)) return;
  until = Date.now() + WAIT;
  const waiting = wanted !== null;
  wanted = number;
  show(number);
  if (!waiting) settle();
}

function show(number) {
  const one = sentence(number);
  const before = current();
  if (!one || one === before) return;
  if (before) {
    before.removeAttribute("aria-current");
    before.setAttribute("tabindex", "-1");
  }
  one.setAttribute("aria-current", "true");
  one.setAttribute("tabindex", "0");
  bringIntoView(one);
}

// In each frame until the evidence is there.
function settle() {
  if (wanted === null) return;
  show(wanted);
  if (document.activeElement === document.body) current()?.focus({ preventScroll: true });
  const evidence = document.querySelector(".st-key-evidence");
  const isThere = Number(evidence?.querySelector(".sw-asked")?.dataset.of ?? -1) === wanted;
  if (isThere) evidence.scrollTo({ top: 0 });
  if (isThere || Date.now() > until) wanted = null;
  evidence?.setAttribute("aria-busy", String(wanted !== null));
  if (wanted !== null) requestAnimationFrame(settle);
}

// The next sentence that is shown, or the one before.
function step(by) {
  const now = wanted ?? numberOf(current());
  const numbers = [...document.querySelectorAll(".sw-draft [data-sentence]:not(.sw-back)")].map(numberOf);
  const beyond = numbers.filter((number) => (by > 0 ? number > now : number < now));
  if (beyond.length) choose(by > 0 ? beyond[0] : beyond[beyond.length - 1]);
}

function onClick(event) {
  const one = event.target.closest("[data-sentence]");
  if (!one) wanted = null; // something else is asked of the server
  else if (!String(window.getSelection())) choose(numberOf(one));
}

// The key is for the sentence that is marked in the window, which the server may not know of yet.
function mark(status) {
  const number = wanted ?? numberOf(current());
  if (number !== null) tell("said", `${number}:${status}`);
}

function onKey(event) {
  if (!document.querySelector("[data-sentence]") || typing(event.target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const at = event.target.closest("[data-sentence]");
  const by = event.key.startsWith("Arrow") && !at ? undefined : STEPS[event.key];
  if (by) step(by);
  else if (SAID[event.key] && !event.shiftKey) mark(SAID[event.key]);
  else if (at && (event.key === "Enter" || event.key === " ")) choose(numberOf(at));
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
  if (wanted !== null) return;
  if (!one || one !== current()) {
    if (tries > 0) setTimeout(() => look(id, tries - 1), 50);
    return;
  }
  document.querySelector(".st-key-evidence")?.scrollTo({ top: 0 });
  bringIntoView(one);
}

function bringIntoView(one) {
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
