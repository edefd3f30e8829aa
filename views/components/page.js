// Keys, copying, landmarks, and the place to scroll to: what Streamlit has no word for.
const box = () => document.querySelector('[class*="st-key-q"] input');

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function onKey(event) {
  const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
  const k = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if ((slash || k) && box()) {
    event.preventDefault();
    box().focus();
    box().select();
    setTimeout(() => stay(20), 50);
  }
}

// A run of the page may put a new box in the place of the one with the focus, which then goes to the new one.
function stay(tries) {
  if (box() && document.activeElement === document.body) box().focus();
  if (tries > 0) setTimeout(() => stay(tries - 1), 50);
}

async function onClick(event) {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const label = button.dataset.label || (button.dataset.label = button.textContent);
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Your browser does not allow copying";
  }
  setTimeout(() => { button.textContent = label; }, 2000);
}

// Two texts side by side: a sentence chosen in one, or named by a list, is lit in both, and each goes to it.
function light(ids) {
  for (const one of document.querySelectorAll(".sw-lit")) one.classList.remove("sw-lit");
  const seen = new Set();
  for (const id of ids) {
    const place = document.getElementById(id);
    if (!place) continue;
    place.classList.add("sw-lit");
    const side = place.closest(".sw-side");
    if (!side || seen.has(side)) continue;
    seen.add(side);
    side.scrollTop += place.getBoundingClientRect().top - side.getBoundingClientRect().top - side.clientHeight / 3;
  }
}

let shownFrom = null;

function choose(event) {
  const said = event.target.closest(".sw-said[data-partners]");
  if (said) {
    event.preventDefault();
    light([said.id, ...said.dataset.partners.split(" ")]);
  }
  const show = event.target.closest("button[data-show]");
  if (show) {
    light(show.dataset.show.split(" "));
    shownFrom = show;
    const both = document.querySelector(".sw-beside");
    if (both) both.scrollIntoView({ block: "center" });
    const lit = document.querySelector(".sw-side .sw-lit");
    if (lit) (lit.matches("[tabindex]") ? lit : lit.closest(".sw-side")).focus({ preventScroll: true });
  }
  if (event.target.closest("button[data-back]")) goBack();
}

// From the texts to where they were chosen from.
function goBack() {
  const list = shownFrom && shownFrom.isConnected ? shownFrom : document.querySelector(".st-key-list button");
  if (!list) return;
  list.scrollIntoView({ block: "center" });
  list.focus({ preventScroll: true });
}

function landmarks() {
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) main.setAttribute("role", "main");
  const field = box() && box().closest('[data-testid="stTextInput"]');
  if (field) field.setAttribute("role", "search");
}

function goTo(id, token, tries) {
  const place = document.getElementById(id);
  if (!place) {
    if (tries > 0) setTimeout(() => goTo(id, token, tries - 1), 50);
    return;
  }
  window.sourcewiseShown = token;
  place.scrollIntoView({ block: "center", behavior: "instant" });
  place.focus({ preventScroll: true });
}

// Once for as long as the window lives: between two runs of a page there would be a moment without keys.
function listen() {
  if (window.sourcewiseListens) return;
  window.sourcewiseListens = true;
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("click", choose);
  document.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && event.target.matches(".sw-said[data-partners]")) choose(event);
    if (event.key === "Escape" && event.target.closest(".sw-side")) goBack();
  });
}

export default function (component) {
  listen();
  const timer = setTimeout(landmarks, 100);
  const { place, token } = component.data || {};
  if (place && window.sourcewiseShown !== token) goTo(place, token, 600);
  if (!place) window.sourcewiseShown = "";
  return () => clearTimeout(timer);
}
