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
}

export default function (component) {
  listen();
  const timer = setTimeout(landmarks, 100);
  const { place, token } = component.data || {};
  if (place && window.sourcewiseShown !== token) goTo(place, token, 60);
  if (!place) window.sourcewiseShown = "";
  return () => clearTimeout(timer);
}
